-- +goose Up

-- What a team's home page shows: what goes out now, and what goes out next.
CREATE INDEX runs_team_active ON runs (team_id, scheduled_at) WHERE state IN ('building', 'sending');
CREATE INDEX mailings_next ON mailings (team_id, next_at)
    WHERE next_at IS NOT NULL AND paused_at IS NULL AND disabled_at IS NULL AND deleted_at IS NULL;

-- +goose Down
DROP INDEX mailings_next;
DROP INDEX runs_team_active;
