-- +goose Up

-- What is deleted leaves its id to nobody: a letter on the wire, a page in a browser and a link in an old letter still name
-- it. AUTOINCREMENT changes nothing of what the tables hold, so that only their texts are written anew (SQLite, "Making
-- Other Kinds Of Table Schema Changes"); copying millions of rows would take minutes.
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT); -- makes the table sqlite_sequence
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' INTEGER PRIMARY KEY,', ' INTEGER PRIMARY KEY AUTOINCREMENT,') WHERE type = 'table'
    AND name IN ('teams', 'users', 'clients', 'messages', 'mailings', 'runs', 'deliveries');
DROP TABLE counted; -- every connection reads the schema anew
PRAGMA writable_schema = RESET;
INSERT INTO sqlite_sequence (name, seq) SELECT 'teams', coalesce(max(id), 0) FROM teams;
-- Whoever is gone is named in the audit log.
INSERT INTO sqlite_sequence (name, seq) SELECT 'users', max(coalesce((SELECT max(id) FROM users), 0), coalesce((SELECT max(actor_id) FROM audit), 0));
INSERT INTO sqlite_sequence (name, seq) SELECT 'clients', coalesce(max(id), 0) FROM clients;
INSERT INTO sqlite_sequence (name, seq) SELECT 'messages', coalesce(max(id), 0) FROM messages;
INSERT INTO sqlite_sequence (name, seq) SELECT 'mailings', coalesce(max(id), 0) FROM mailings;
INSERT INTO sqlite_sequence (name, seq) SELECT 'runs', coalesce(max(id), 0) FROM runs;
INSERT INTO sqlite_sequence (name, seq) SELECT 'deliveries', coalesce(max(id), 0) FROM deliveries;

-- +goose Down
CREATE TABLE counted (id INTEGER PRIMARY KEY);
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' INTEGER PRIMARY KEY AUTOINCREMENT,', ' INTEGER PRIMARY KEY,') WHERE type = 'table'
    AND name IN ('teams', 'users', 'clients', 'messages', 'mailings', 'runs', 'deliveries');
DROP TABLE counted;
PRAGMA writable_schema = RESET;
DELETE FROM sqlite_sequence;
