-- +goose Up

-- The language of an article, as a BCP 47 tag; '' for that of the site.
ALTER TABLE posts ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE posts DROP COLUMN language;
