-- +goose Up

-- When the password was set last: a sign-in that began with an older one opens no session.
ALTER TABLE users ADD COLUMN password_at INTEGER;

-- A team that is gone stays until everything that it kept is deleted, a chunk at a time.
ALTER TABLE teams ADD COLUMN deleted_at INTEGER;
CREATE INDEX teams_deleted ON teams (id) WHERE deleted_at IS NOT NULL;

-- All of a team, also what its lists do not show any more.
CREATE INDEX mailings_kept ON mailings (team_id);
CREATE INDEX runs_team ON runs (team_id);

-- +goose Down
DROP INDEX runs_team;
DROP INDEX mailings_kept;
DROP INDEX teams_deleted;
ALTER TABLE teams DROP COLUMN deleted_at;
ALTER TABLE users DROP COLUMN password_at;
