-- +goose Up

ALTER TABLE users ADD COLUMN signed_in_at INTEGER;                    -- the last time
ALTER TABLE users ADD COLUMN blocked_by   TEXT NOT NULL DEFAULT '';   -- an address, as it was then
ALTER TABLE users ADD COLUMN blocked_why  TEXT NOT NULL DEFAULT '';

ALTER TABLE mailings ADD COLUMN disabled_at  INTEGER;
ALTER TABLE mailings ADD COLUMN disabled_by  TEXT NOT NULL DEFAULT ''; -- an address, as it was then
ALTER TABLE mailings ADD COLUMN disabled_why TEXT NOT NULL DEFAULT '';

-- Quotas; none when NULL.
ALTER TABLE teams ADD COLUMN max_clients INTEGER CHECK (max_clients >= 0);
ALTER TABLE teams ADD COLUMN max_letters INTEGER CHECK (max_letters >= 0); -- of mailings, a day of UTC

-- How many letters of a team's mailings have gone out, by day of UTC.
CREATE TABLE team_days (
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    day     INTEGER NOT NULL, -- its first millisecond
    sent    INTEGER NOT NULL,
    PRIMARY KEY (team_id, day)
) STRICT, WITHOUT ROWID;
INSERT INTO team_days SELECT team_id, started_at - started_at % 86400000, sum(sent + unknown) FROM runs
    WHERE started_at IS NOT NULL GROUP BY 1, 2;

ALTER TABLE tokens ADD COLUMN email TEXT NOT NULL DEFAULT ''; -- that a change of address asks for

CREATE TABLE invitations (
    id         INTEGER PRIMARY KEY,
    team_id    INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    invited_by INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email      TEXT    NOT NULL,
    email_key  TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    UNIQUE (team_id, email_key)
) STRICT;
CREATE INDEX invitations_inviter ON invitations (invited_by);

-- Who did what that others may have to answer for. It outlives users: it names them as they were then.
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor_id INTEGER NOT NULL, -- 0 for a stranger and for the command line
    actor    TEXT    NOT NULL, -- an address, or ''
    address  TEXT    NOT NULL, -- network address, or ''
    action   TEXT    NOT NULL,
    subject  TEXT    NOT NULL, -- to what or whom
    detail   TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_actor ON audit (actor_id, id);

-- +goose Down
DROP TABLE audit;
DROP TABLE invitations;
ALTER TABLE tokens DROP COLUMN email;
DROP TABLE team_days;
ALTER TABLE teams DROP COLUMN max_letters;
ALTER TABLE teams DROP COLUMN max_clients;
ALTER TABLE mailings DROP COLUMN disabled_why;
ALTER TABLE mailings DROP COLUMN disabled_by;
ALTER TABLE mailings DROP COLUMN disabled_at;
ALTER TABLE users DROP COLUMN blocked_why;
ALTER TABLE users DROP COLUMN blocked_by;
ALTER TABLE users DROP COLUMN signed_in_at;
