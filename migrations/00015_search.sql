-- +goose Up

-- What a search looks through is folded as domain.Fold says, no longer by small letters alone: ß is ss, ς is σ and ı is i.
-- The store adds the function casefold to SQLite. Rows that stay the same are not written.
UPDATE clients SET search = casefold(search) WHERE search <> casefold(search);
UPDATE messages SET search = casefold(search) WHERE search <> casefold(search);
UPDATE mailings SET search = casefold(search) WHERE search <> casefold(search);
UPDATE posts SET search = casefold(search) WHERE search <> casefold(search);

-- +goose Down
-- Folded texts are found by small letters as well.
