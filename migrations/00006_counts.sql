-- +goose Up

-- How many clients a team has: pages show it, and counting a million takes half a second.
ALTER TABLE teams ADD COLUMN clients       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE teams ADD COLUMN undeliverable INTEGER NOT NULL DEFAULT 0; -- of them
UPDATE teams SET clients = (SELECT count(*) FROM clients WHERE team_id = teams.id),
    undeliverable = (SELECT count(undeliverable_at) FROM clients WHERE team_id = teams.id);

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
-- +goose StatementBegin
CREATE TRIGGER clients_marked AFTER UPDATE OF undeliverable_at ON clients BEGIN
    UPDATE teams SET undeliverable = undeliverable + (NEW.undeliverable_at IS NOT NULL) - (OLD.undeliverable_at IS NOT NULL)
    WHERE id = NEW.team_id;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER clients_marked;
DROP TRIGGER clients_deleted;
DROP TRIGGER clients_added;
ALTER TABLE teams DROP COLUMN undeliverable;
ALTER TABLE teams DROP COLUMN clients;
