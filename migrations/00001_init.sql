-- +goose Up

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- How many senders this database has had: claims carry the number, so that a replaced one changes nothing.
CREATE TABLE sender (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
) STRICT;

-- How many letters have gone out, by day of UTC.
CREATE TABLE sent_days (
    day  INTEGER PRIMARY KEY, -- its first millisecond
    sent INTEGER NOT NULL
) STRICT;

CREATE TABLE teams (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    team_id       INTEGER NOT NULL REFERENCES teams (id),
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('user', 'editor', 'manager', 'admin')),
    language      TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    verified_at   INTEGER,
    blocked_at    INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX users_team ON users (team_id);

CREATE TABLE tokens (
    hash       BLOB    PRIMARY KEY,
    kind       TEXT    NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX tokens_user ON tokens (user_id, kind);

CREATE TABLE sessions (
    hash         BLOB    PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kept         TEXT    NOT NULL, -- small values that survive a redirect, as JSON
    agent        TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

-- Failed sign-ins, by account and by network address.
CREATE TABLE throttles (
    name     TEXT    PRIMARY KEY,
    failures INTEGER NOT NULL,
    until    INTEGER NOT NULL, -- no try before it
    seen_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
    id         INTEGER PRIMARY KEY,
    team_id    INTEGER NOT NULL REFERENCES teams (id),
    email      TEXT    NOT NULL,
    envelope   TEXT    NOT NULL, -- email as SMTP takes it
    email_key  TEXT    NOT NULL, -- what addresses are compared by
    full_name  TEXT    NOT NULL,
    comment    TEXT    NOT NULL,
    search     TEXT    NOT NULL, -- what a search looks through, in lower case
    undeliverable_at  INTEGER,   -- a relay has said that the address takes no mail
    undeliverable_why TEXT NOT NULL DEFAULT '', -- in its words
    version    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (team_id, email_key)
) STRICT;
CREATE INDEX clients_id ON clients (team_id, id);
CREATE INDEX clients_name ON clients (team_id, full_name, id);

CREATE TABLE messages (
    id         INTEGER PRIMARY KEY,
    team_id    INTEGER NOT NULL REFERENCES teams (id),
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_id ON messages (team_id, id);

-- A deleted mailing stays for its log.
CREATE TABLE mailings (
    id          INTEGER PRIMARY KEY,
    team_id     INTEGER NOT NULL REFERENCES teams (id),
    name        TEXT    NOT NULL,
    message_id  INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    audience    TEXT    NOT NULL CHECK (audience IN ('all', 'clients')),
    starts_at   TEXT    NOT NULL, -- wall time in time_zone
    ends_at     TEXT    NOT NULL, -- the same, or ''
    time_zone   TEXT    NOT NULL,
    periodicity TEXT    NOT NULL CHECK (periodicity IN ('once', 'daily', 'weekly', 'monthly')),
    status      TEXT    NOT NULL CHECK (status IN ('created', 'running', 'completed')),
    paused_at   INTEGER,
    pause_why   TEXT    NOT NULL DEFAULT '', -- a JSON text when the service paused it
    next_at     INTEGER,                     -- of the next occurrence
    ran         INTEGER NOT NULL DEFAULT 0 CHECK (ran IN (0, 1)),
    search      TEXT    NOT NULL,
    version     INTEGER NOT NULL DEFAULT 1,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER,
    CHECK (message_id IS NOT NULL OR deleted_at IS NOT NULL)
) STRICT;
CREATE INDEX mailings_team ON mailings (team_id, id) WHERE deleted_at IS NULL;
CREATE INDEX mailings_due ON mailings (next_at) WHERE next_at IS NOT NULL AND paused_at IS NULL AND deleted_at IS NULL;
CREATE INDEX mailings_message ON mailings (message_id);

CREATE TABLE mailing_clients (
    mailing_id INTEGER NOT NULL REFERENCES mailings (id) ON DELETE CASCADE,
    client_id  INTEGER NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    PRIMARY KEY (mailing_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mailing_clients_client ON mailing_clients (client_id);

CREATE TABLE runs (
    id           INTEGER PRIMARY KEY,
    mailing_id   INTEGER NOT NULL REFERENCES mailings (id),
    team_id      INTEGER NOT NULL REFERENCES teams (id),
    key          TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN
                     ('building', 'sending', 'done', 'expired', 'cancelled', 'missed', 'skipped')),
    manual       INTEGER NOT NULL CHECK (manual IN (0, 1)),
    scheduled_at INTEGER NOT NULL,
    started_at   INTEGER,
    finished_at  INTEGER,
    deadline     INTEGER NOT NULL,
    sender       TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    audience     TEXT    NOT NULL,
    cursor       INTEGER NOT NULL DEFAULT 0, -- the last client frozen
    recipients   INTEGER NOT NULL DEFAULT 0,
    retrying     INTEGER NOT NULL DEFAULT 0,
    sent         INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    expired      INTEGER NOT NULL DEFAULT 0,
    cancelled    INTEGER NOT NULL DEFAULT 0,
    unknown      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailing_id, scheduled_at)
) STRICT;
CREATE INDEX runs_mailing ON runs (mailing_id, id);
CREATE INDEX runs_active ON runs (id) WHERE state IN ('building', 'sending');
-- Runs that are over while some of their deliveries still stand as waiting.
CREATE INDEX runs_unswept ON runs (id) WHERE state IN ('expired', 'cancelled')
    AND recipients > sent + failed + expired + cancelled + unknown;

CREATE TABLE deliveries (
    id        INTEGER PRIMARY KEY,
    run_id    INTEGER NOT NULL REFERENCES runs (id),
    client_id INTEGER REFERENCES clients (id) ON DELETE SET NULL,
    email     TEXT    NOT NULL, -- envelope form
    email_key TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN
                  ('waiting', 'claimed', 'sent', 'failed', 'expired', 'cancelled', 'unknown')),
    next_at   INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0,
    uncertain INTEGER NOT NULL DEFAULT 0,
    date      INTEGER,                    -- of the first try
    epoch     INTEGER NOT NULL DEFAULT 0, -- of the sender that claimed it
    on_wire   INTEGER NOT NULL DEFAULT 0 CHECK (on_wire IN (0, 1)),
    UNIQUE (run_id, email_key)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (run_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_claimed ON deliveries (id) WHERE state = 'claimed';
CREATE INDEX deliveries_client ON deliveries (client_id);

CREATE TABLE attempts (
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
CREATE INDEX attempts_mailing ON attempts (mailing_id, id);
CREATE INDEX attempts_delivery ON attempts (delivery_id);

-- Letters that the service itself writes. The body goes when the letter is gone: it holds a token.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    key        TEXT    NOT NULL,
    email      TEXT    NOT NULL, -- envelope form
    name       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'failed', 'expired', 'unknown')),
    next_at    INTEGER NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    uncertain  INTEGER NOT NULL DEFAULT 0,
    date       INTEGER,
    epoch      INTEGER NOT NULL DEFAULT 0,
    on_wire    INTEGER NOT NULL DEFAULT 0 CHECK (on_wire IN (0, 1)),
    expires_at INTEGER NOT NULL,
    reply      TEXT    NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state = 'waiting';

-- +goose Down
DROP TABLE outbox;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE runs;
DROP TABLE mailing_clients;
DROP TABLE mailings;
DROP TABLE messages;
DROP TABLE clients;
DROP TABLE throttles;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE users;
DROP TABLE teams;
DROP TABLE sent_days;
DROP TABLE sender;
DROP TABLE settings;
