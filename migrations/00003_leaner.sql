-- +goose Up

-- A letter costs less to write down. An attempt names its mailing, and with it goes; that its delivery and run are there
-- is not looked up again for each, nor kept in an index: deliveries are only ever deleted with their mailing.
CREATE TABLE new_attempts (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL, -- of deliveries
    run_id      INTEGER NOT NULL, -- of runs
    mailing_id  INTEGER NOT NULL REFERENCES mailings (id),
    at          INTEGER NOT NULL,
    stage       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    code        INTEGER NOT NULL,
    enhanced    TEXT    NOT NULL,
    reply       TEXT    NOT NULL
) STRICT;
INSERT INTO new_attempts SELECT * FROM attempts ORDER BY id;
DROP TABLE attempts;
ALTER TABLE new_attempts RENAME TO attempts;
CREATE INDEX attempts_mailing ON attempts (mailing_id, id);

-- SQLite builds a table of the values of a long IN at each statement: the same in single comparisons takes a third.
CREATE TABLE new_deliveries (
    id        INTEGER PRIMARY KEY,
    run_id    INTEGER NOT NULL REFERENCES runs (id),
    client_id INTEGER REFERENCES clients (id) ON DELETE SET NULL,
    email     TEXT    NOT NULL, -- envelope form
    email_key TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state = 'sent' OR state = 'claimed' OR state = 'waiting' OR state = 'failed'
                  OR state = 'expired' OR state = 'cancelled' OR state = 'unknown'),
    next_at   INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0,
    uncertain INTEGER NOT NULL DEFAULT 0,
    date      INTEGER,                    -- of the first try
    epoch     INTEGER NOT NULL DEFAULT 0, -- of the sender that claimed it
    on_wire   INTEGER NOT NULL DEFAULT 0 CHECK (on_wire = 0 OR on_wire = 1),
    UNIQUE (run_id, email_key)
) STRICT;
INSERT INTO new_deliveries SELECT * FROM deliveries ORDER BY id;
DROP TABLE deliveries;
ALTER TABLE new_deliveries RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (run_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_claimed ON deliveries (id) WHERE state = 'claimed';
CREATE INDEX deliveries_retry ON deliveries (run_id, id) WHERE state IN ('failed', 'unknown');
CREATE INDEX deliveries_client ON deliveries (client_id);

-- +goose Down
CREATE TABLE new_attempts (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    run_id      INTEGER NOT NULL REFERENCES runs (id),
    mailing_id  INTEGER NOT NULL REFERENCES mailings (id),
    at          INTEGER NOT NULL,
    stage       TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    code        INTEGER NOT NULL,
    enhanced    TEXT    NOT NULL,
    reply       TEXT    NOT NULL
) STRICT;
INSERT INTO new_attempts SELECT * FROM attempts ORDER BY id;
DROP TABLE attempts;
ALTER TABLE new_attempts RENAME TO attempts;
CREATE INDEX attempts_mailing ON attempts (mailing_id, id);
CREATE INDEX attempts_delivery ON attempts (delivery_id);
