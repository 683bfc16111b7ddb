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

-- Clients by address over all teams: the home page counts them.
CREATE INDEX clients_key ON clients (email_key);

-- +goose Down
DROP INDEX clients_key;
DROP TABLE post_views;
DROP TABLE old_slugs;
DROP TABLE posts;
DROP TABLE image_sizes;
DROP TABLE images;
