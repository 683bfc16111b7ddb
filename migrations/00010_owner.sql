-- +goose Up

-- Addresses are compared with A to Z folded, and nothing else: lower() of SQLite does just that. Keys that were made with
-- the capitals of all of Unicode folded are made anew. Two that differed still do, because less is folded.
UPDATE users SET email_key = lower(substr(email, 1, instr(email, '@') - 1)) || substr(email_key, instr(email_key, '@'))
    WHERE email_key <> lower(substr(email, 1, instr(email, '@') - 1)) || substr(email_key, instr(email_key, '@'));
UPDATE invitations SET email_key = lower(substr(email, 1, instr(email, '@') - 1)) || substr(email_key, instr(email_key, '@'))
    WHERE email_key <> lower(substr(email, 1, instr(email, '@') - 1)) || substr(email_key, instr(email_key, '@'));
UPDATE clients SET email_key = lower(envelope) WHERE email_key <> lower(envelope);
UPDATE deliveries SET email_key = lower(email) WHERE email_key <> lower(email);

-- Who owns a team: its earliest member who has confirmed the address and is not blocked, those first who have not come by
-- an invitation.
ALTER TABLE teams ADD COLUMN owner_id INTEGER REFERENCES users (id) ON DELETE SET NULL;
UPDATE teams SET owner_id = (SELECT users.id FROM users WHERE users.team_id = teams.id
    ORDER BY users.verified_at IS NULL OR users.blocked_at IS NOT NULL,
        EXISTS (SELECT 1 FROM audit WHERE audit.actor_id = users.id AND audit.action = 'team joined'), users.id LIMIT 1);
CREATE INDEX teams_owner ON teams (owner_id);

-- The link that an inviter may pass on is not the one in the letter. The links that there are were both: they prove
-- nothing any more.
ALTER TABLE invitations ADD COLUMN link_hash BLOB;
UPDATE invitations SET link_hash = hash, hash = randomblob(32);
CREATE UNIQUE INDEX invitations_link ON invitations (link_hash);

-- The hash of a cookie of the browser that has signed up, until the address is confirmed.
ALTER TABLE users ADD COLUMN browser_hash BLOB;

-- +goose Down
ALTER TABLE users DROP COLUMN browser_hash;
DROP INDEX invitations_link;
ALTER TABLE invitations DROP COLUMN link_hash;
DROP INDEX teams_owner;
ALTER TABLE teams DROP COLUMN owner_id;
