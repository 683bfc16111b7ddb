-- +goose Up

-- The form that a mailing was created by, so that a form which comes twice makes one mailing.
ALTER TABLE mailings ADD COLUMN form_key TEXT NOT NULL DEFAULT '' CHECK (length(form_key) <= 64);
CREATE UNIQUE INDEX mailings_form ON mailings (team_id, form_key) WHERE form_key <> '';

-- +goose Down
DROP INDEX mailings_form;
ALTER TABLE mailings DROP COLUMN form_key;
