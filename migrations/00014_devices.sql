-- +goose Up

-- Browsers that have signed in to an account before: what strangers try on it holds them up no longer. A browser that several
-- people use has a line for each.
CREATE TABLE devices (
    hash    BLOB    NOT NULL CHECK (length(hash) = 32), -- of what its cookie holds
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seen_at INTEGER NOT NULL, -- the last sign-in
    PRIMARY KEY (hash, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_user ON devices (user_id, seen_at);
CREATE INDEX devices_seen ON devices (seen_at);

-- Each visit asks whether there is an admin, until there is one.
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';

-- Whoever signed up first was made admin without a proof of the address, and would be it at once with the letter.
UPDATE users SET role = 'user' WHERE role = 'admin' AND verified_at IS NULL;

-- A block ends what was on its way to the blocked, and what they have sent out, for good.
DELETE FROM tokens WHERE user_id IN (SELECT id FROM users WHERE blocked_at IS NOT NULL);
DELETE FROM invitations WHERE used_at IS NULL AND invited_by IN (SELECT id FROM users WHERE blocked_at IS NOT NULL);

-- +goose Down
DROP INDEX users_admins;
DROP INDEX devices_seen;
DROP INDEX devices_user;
DROP TABLE devices;
