-- +goose Up

-- More quotas; none when NULL.
ALTER TABLE teams ADD COLUMN max_megabytes   INTEGER CHECK (max_megabytes >= 0);   -- of bytes, in millions
ALTER TABLE teams ADD COLUMN max_members     INTEGER CHECK (max_members >= 0);
ALTER TABLE teams ADD COLUMN max_invitations INTEGER CHECK (max_invitations >= 0); -- that are open
ALTER TABLE teams ADD COLUMN max_writes      INTEGER CHECK (max_writes >= 0);      -- a minute

-- The limits of the teams that users have left to join another one, the tightest: they take them along when they leave that.
CREATE TABLE user_limits (
    user_id         INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    max_clients     INTEGER,
    max_letters     INTEGER,
    max_megabytes   INTEGER,
    max_members     INTEGER,
    max_invitations INTEGER,
    max_writes      INTEGER
) STRICT;

-- How many bytes a team keeps: what was typed, and what a row takes beside. A run counts its recipients with their log. A
-- picked client that is deleted counts until its mailing is saved again.
ALTER TABLE mailings ADD COLUMN picked INTEGER NOT NULL DEFAULT 0; -- how many clients
UPDATE mailings SET picked = (SELECT count(*) FROM mailing_clients WHERE mailing_id = mailings.id) WHERE audience = 'clients';
ALTER TABLE teams ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE teams SET bytes =
      (SELECT coalesce(sum(100 + octet_length(email) + octet_length(full_name) + octet_length(comment)), 0) FROM clients WHERE team_id = teams.id)
    + (SELECT coalesce(sum(100 + octet_length(subject) + octet_length(body)), 0) FROM messages WHERE team_id = teams.id)
    + (SELECT coalesce(sum(100 + octet_length(name) + 40 * picked), 0) FROM mailings WHERE team_id = teams.id)
    + (SELECT coalesce(sum(100 + octet_length(subject) + octet_length(body) + 300 * recipients), 0) FROM runs WHERE team_id = teams.id);

DROP TRIGGER clients_added;
DROP TRIGGER clients_deleted;
-- +goose StatementBegin
CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
    UPDATE teams SET clients = clients + 1, undeliverable = undeliverable + (NEW.undeliverable_at IS NOT NULL),
        bytes = bytes + 100 + octet_length(NEW.email) + octet_length(NEW.full_name) + octet_length(NEW.comment)
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_deleted AFTER DELETE ON clients BEGIN
    UPDATE teams SET clients = clients - 1, undeliverable = undeliverable - (OLD.undeliverable_at IS NOT NULL),
        bytes = bytes - 100 - octet_length(OLD.email) - octet_length(OLD.full_name) - octet_length(OLD.comment)
    WHERE id = OLD.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_resized AFTER UPDATE OF email, full_name, comment ON clients BEGIN
    UPDATE teams SET bytes = bytes + octet_length(NEW.email) + octet_length(NEW.full_name) + octet_length(NEW.comment)
        - octet_length(OLD.email) - octet_length(OLD.full_name) - octet_length(OLD.comment)
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
    UPDATE teams SET bytes = bytes + 100 + octet_length(NEW.subject) + octet_length(NEW.body) WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER messages_deleted AFTER DELETE ON messages BEGIN
    UPDATE teams SET bytes = bytes - 100 - octet_length(OLD.subject) - octet_length(OLD.body) WHERE id = OLD.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER messages_resized AFTER UPDATE OF subject, body ON messages BEGIN
    UPDATE teams SET bytes = bytes + octet_length(NEW.subject) + octet_length(NEW.body) - octet_length(OLD.subject) - octet_length(OLD.body)
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER mailings_added AFTER INSERT ON mailings BEGIN
    UPDATE teams SET bytes = bytes + 100 + octet_length(NEW.name) + 40 * NEW.picked WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER mailings_deleted AFTER DELETE ON mailings BEGIN
    UPDATE teams SET bytes = bytes - 100 - octet_length(OLD.name) - 40 * OLD.picked WHERE id = OLD.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER mailings_resized AFTER UPDATE OF name, picked ON mailings BEGIN
    UPDATE teams SET bytes = bytes + octet_length(NEW.name) + 40 * NEW.picked - octet_length(OLD.name) - 40 * OLD.picked
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER runs_added AFTER INSERT ON runs BEGIN
    UPDATE teams SET bytes = bytes + 100 + octet_length(NEW.subject) + octet_length(NEW.body) + 300 * NEW.recipients WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER runs_deleted AFTER DELETE ON runs BEGIN
    UPDATE teams SET bytes = bytes - 100 - octet_length(OLD.subject) - octet_length(OLD.body) - 300 * OLD.recipients WHERE id = OLD.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER runs_frozen AFTER UPDATE OF recipients ON runs BEGIN
    UPDATE teams SET bytes = bytes + 300 * (NEW.recipients - OLD.recipients) WHERE id = NEW.team_id;
END;
-- +goose StatementEnd

-- The system letters of the last day that somebody has caused, to be counted.
CREATE TABLE letter_counts (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    pool         TEXT    NOT NULL CHECK (pool IN ('strangers', 'accounts', 'members')),
    mailbox      BLOB    NOT NULL, -- the hash of its one spelling
    organization TEXT    NOT NULL, -- of its domain
    network      TEXT    NOT NULL  -- of who asked
) STRICT;
CREATE INDEX letter_counts_mailbox ON letter_counts (mailbox, at);
CREATE INDEX letter_counts_pool ON letter_counts (pool, at);
CREATE INDEX letter_counts_at ON letter_counts (at);

-- What strangers leave behind is found without looking through what stays.
CREATE INDEX throttles_seen ON throttles (seen_at);
CREATE INDEX tokens_expiry ON tokens (expires_at);
CREATE INDEX sessions_seen ON sessions (seen_at);
CREATE INDEX sessions_created ON sessions (created_at);
CREATE INDEX outbox_created ON outbox (created_at);
CREATE INDEX invitations_expiry ON invitations (expires_at);
CREATE INDEX users_unconfirmed ON users (created_at) WHERE verified_at IS NULL;
CREATE INDEX audit_age ON audit (action, at);
CREATE INDEX audit_addressed ON audit (at) WHERE address <> '';

-- How many failed sign-ins of a day stand in no line of their own.
CREATE UNIQUE INDEX audit_more ON audit (at) WHERE action = 'more sign-ins failed';

-- +goose Down
DROP INDEX audit_more;
DROP INDEX audit_addressed;
DROP INDEX audit_age;
DROP INDEX users_unconfirmed;
DROP INDEX invitations_expiry;
DROP INDEX outbox_created;
DROP INDEX sessions_created;
DROP INDEX sessions_seen;
DROP INDEX tokens_expiry;
DROP INDEX throttles_seen;
DROP TABLE letter_counts;
DROP TRIGGER runs_frozen;
DROP TRIGGER runs_deleted;
DROP TRIGGER runs_added;
DROP TRIGGER mailings_resized;
DROP TRIGGER mailings_deleted;
DROP TRIGGER mailings_added;
DROP TRIGGER messages_resized;
DROP TRIGGER messages_deleted;
DROP TRIGGER messages_added;
DROP TRIGGER clients_resized;
DROP TRIGGER clients_deleted;
DROP TRIGGER clients_added;
-- +goose StatementBegin
CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
    UPDATE teams SET clients = clients + 1, undeliverable = undeliverable + (NEW.undeliverable_at IS NOT NULL)
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_deleted AFTER DELETE ON clients BEGIN
    UPDATE teams SET clients = clients - 1, undeliverable = undeliverable - (OLD.undeliverable_at IS NOT NULL)
    WHERE id = OLD.team_id;
END;
-- +goose StatementEnd
ALTER TABLE teams DROP COLUMN bytes;
ALTER TABLE mailings DROP COLUMN picked;
DROP TABLE user_limits;
ALTER TABLE teams DROP COLUMN max_writes;
ALTER TABLE teams DROP COLUMN max_invitations;
ALTER TABLE teams DROP COLUMN max_members;
ALTER TABLE teams DROP COLUMN max_megabytes;
