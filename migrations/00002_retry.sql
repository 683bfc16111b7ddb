-- +goose Up

-- Letters that a person may let go again.
CREATE INDEX deliveries_retry ON deliveries (run_id, id) WHERE state IN ('failed', 'unknown');

-- +goose Down
DROP INDEX deliveries_retry;
