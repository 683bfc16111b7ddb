-- +goose Up

-- Pictures as they are served: decoded and encoded anew, never the bytes that somebody sent.
CREATE TABLE images (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    type       TEXT    NOT NULL CHECK (type IN ('image/jpeg', 'image/png')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE image_sizes (
    image_id INTEGER NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    width    INTEGER NOT NULL,
    height   INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (image_id, width)
) STRICT;

CREATE TABLE posts (
    id           INTEGER PRIMARY KEY,
    author_id    INTEGER REFERENCES users (id) ON DELETE SET NULL,
    author       TEXT    NOT NULL, -- the name that readers see
    title        TEXT    NOT NULL,
    slug         TEXT    NOT NULL UNIQUE,
    content      TEXT    NOT NULL,
    image_id     INTEGER REFERENCES images (id),
    image_alt    TEXT    NOT NULL,
    published_at INTEGER, -- NULL for a draft; in the future, it appears then by itself
    search       TEXT    NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX posts_published ON posts (published_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX posts_image ON posts (image_id) WHERE image_id IS NOT NULL;
CREATE INDEX posts_author ON posts (author_id);

-- The addresses that articles had before.
CREATE TABLE old_slugs (
    slug    TEXT    PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX old_slugs_post ON old_slugs (post_id);

-- Beside the posts, because counting a view would write the whole text of its article again.
CREATE TABLE post_views (
    post_id INTEGER PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
    views   INTEGER NOT NULL
) STRICT;

-- Whether what readers see has changed: a page that was made before is kept until then.
CREATE TABLE post_changes (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    changes INTEGER NOT NULL
) STRICT;
INSERT INTO post_changes VALUES (1, 0);
-- +goose StatementBegin
CREATE TRIGGER posts_added AFTER INSERT ON posts BEGIN UPDATE post_changes SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER posts_changed AFTER UPDATE ON posts BEGIN UPDATE post_changes SET changes = changes + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER posts_deleted AFTER DELETE ON posts BEGIN UPDATE post_changes SET changes = changes + 1; END;
-- +goose StatementEnd

CREATE INDEX clients_key ON clients (email_key);

-- How many addresses the clients of all teams have, each once: the home page shows it, and counting a million takes a
-- fifth of a second.
CREATE TABLE addresses (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    total INTEGER NOT NULL
) STRICT;
INSERT INTO addresses SELECT 1, count(DISTINCT email_key) FROM clients;
-- +goose StatementBegin
CREATE TRIGGER clients_address_added AFTER INSERT ON clients
WHEN NOT EXISTS (SELECT 1 FROM clients WHERE email_key = NEW.email_key AND id <> NEW.id)
BEGIN UPDATE addresses SET total = total + 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_address_deleted AFTER DELETE ON clients
WHEN NOT EXISTS (SELECT 1 FROM clients WHERE email_key = OLD.email_key)
BEGIN UPDATE addresses SET total = total - 1; END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER clients_address_changed AFTER UPDATE OF email_key ON clients WHEN NEW.email_key <> OLD.email_key
BEGIN UPDATE addresses SET total = total
    + (NOT EXISTS (SELECT 1 FROM clients WHERE email_key = NEW.email_key AND id <> NEW.id))
    - (NOT EXISTS (SELECT 1 FROM clients WHERE email_key = OLD.email_key));
END;
-- +goose StatementEnd

-- Mailings that are active, which the home page counts too.
CREATE INDEX mailings_active ON mailings (id) WHERE status = 'running' AND paused_at IS NULL AND disabled_at IS NULL
    AND deleted_at IS NULL;

-- +goose Down
DROP INDEX mailings_active;
DROP TRIGGER clients_address_changed;
DROP TRIGGER clients_address_deleted;
DROP TRIGGER clients_address_added;
DROP INDEX clients_key;
DROP TABLE addresses;
DROP TABLE post_views;
DROP TABLE old_slugs;
DROP TABLE posts;
DROP TABLE post_changes;
DROP TABLE image_sizes;
DROP TABLE images;
