-- +goose Up

-- When the client of a letter was deleted; NULL again once the letter does not tell any more who that was.
ALTER TABLE deliveries ADD COLUMN orphaned_at INTEGER;
CREATE INDEX deliveries_orphaned ON deliveries (orphaned_at, id) WHERE orphaned_at IS NOT NULL;
UPDATE deliveries SET orphaned_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE client_id IS NULL;
-- The attempts of such a letter.
CREATE INDEX attempts_delivery ON attempts (delivery_id);

-- How often something was deleted, and how often of it copies have been looked for that SQLite has left behind.
CREATE TABLE residue (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    changes INTEGER NOT NULL,
    wiped   INTEGER NOT NULL
) STRICT;
INSERT INTO residue VALUES (1, 1, 0); -- what was deleted before is still there
-- +goose StatementBegin
CREATE TRIGGER clients_left AFTER DELETE ON clients BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_rewritten AFTER UPDATE OF email, full_name, comment ON clients BEGIN
    UPDATE residue SET changes = changes + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_left AFTER DELETE ON users BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER users_rewritten AFTER UPDATE OF email, name ON users BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER teams_left AFTER DELETE ON teams BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER messages_left AFTER DELETE ON messages BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER posts_left AFTER DELETE ON posts BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invitations_left AFTER DELETE ON invitations BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outbox_left AFTER DELETE ON outbox BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_forgotten AFTER UPDATE OF email ON deliveries BEGIN UPDATE residue SET changes = changes + 1; END;
-- +goose StatementEnd

-- How many clients the home page shows where there are several teams: see domain.ShownClients.
CREATE TABLE shown_clients (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    hour  INTEGER NOT NULL, -- its first millisecond; when they were counted last
    total INTEGER NOT NULL
) STRICT;
INSERT INTO shown_clients SELECT 1, 0, (total + abs(random() % 100)) / 100 * 100 FROM addresses;

-- +goose Down
DROP TABLE shown_clients;
DROP TRIGGER deliveries_forgotten;
DROP TRIGGER outbox_left;
DROP TRIGGER invitations_left;
DROP TRIGGER posts_left;
DROP TRIGGER messages_left;
DROP TRIGGER teams_left;
DROP TRIGGER users_rewritten;
DROP TRIGGER users_left;
DROP TRIGGER clients_rewritten;
DROP TRIGGER clients_left;
DROP TABLE residue;
DROP INDEX attempts_delivery;
DROP INDEX deliveries_orphaned;
ALTER TABLE deliveries DROP COLUMN orphaned_at;
