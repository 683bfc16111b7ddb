package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"postrider/domain"
)

// MailingQuery selects the mailings of a page, newest first.
type MailingQuery struct {
	Q      string // substring of the name, ignoring case
	Status string // a domain.Status, "paused" or "disabled"; anything else for all
	After  string // Next of the previous page
	Per    int    // 25, 50 or 100
}

// The condition for each status that can be filtered by.
var ofStatus = map[string]query{
	string(domain.StatusCreated):   ` AND mailings.status = 'created'`,
	string(domain.StatusRunning):   ` AND mailings.status = 'running'`,
	string(domain.StatusCompleted): ` AND mailings.status = 'completed'`,
	"paused":                       ` AND mailings.paused_at IS NOT NULL`,
	"disabled":                     ` AND mailings.disabled_at IS NOT NULL`,
}

const mailingRows = `SELECT ` + mailingColumns + `, coalesce(messages.subject, ''),
	(SELECT name FROM teams WHERE teams.id = mailings.team_id), coalesce((SELECT max(id) FROM runs WHERE runs.mailing_id = mailings.id), 0)
	FROM mailings LEFT JOIN messages ON messages.id = mailings.message_id`

func scanMailingRow(row scanner) (domain.MailingRow, error) {
	var r domain.MailingRow
	var err error
	r.Mailing, err = scanMailing(row, &r.Subject, &r.Team, &r.Run.ID)
	return r, err
}

// Mailings returns a page of a team's mailings, or of all teams' when teamID is 0.
func (s *Store) Mailings(ctx context.Context, teamID int64, q MailingQuery) (Page[domain.MailingRow], error) {
	match := fragment{text: ` FROM mailings WHERE mailings.deleted_at IS NULL AND mailings.search LIKE ? ESCAPE '\'` + ofStatus[q.Status],
		args: []any{pattern(q.Q)}}
	if teamID != 0 {
		match.add(` AND mailings.team_id = ?`, teamID)
	}
	page, err := mailingListing.counted(ctx, s.lists, match, "", q.After, q.Per)
	for i := range page.Rows {
		if err == nil {
			err = s.fillRun(ctx, &page.Rows[i])
		}
	}
	return page, err
}

var mailingListing = listing[domain.MailingRow]{
	rows: fragment{text: mailingRows}, id: `mailings.id`, orders: map[string]order{"": newest(`mailings.id`)}, scan: scanMailingRow,
	cursor: func(r domain.MailingRow, _ string) cursor { return cursor{ID: r.ID} },
}

// MailingRow returns one mailing as lists show it; ErrNotFound when there is none.
func (s *Store) MailingRow(ctx context.Context, by domain.Actor, id int64) (domain.MailingRow, error) {
	r, err := scanMailingRow(s.read.row(ctx, mailingRows+` WHERE mailings.deleted_at IS NULL AND mailings.id = $1`, id))
	if err == nil {
		err = by.MayMailing(domain.View, r.TeamID)
	}
	if err != nil {
		return r, err
	}
	return r, s.fillRun(ctx, &r)
}

func (s *Store) fillRun(ctx context.Context, r *domain.MailingRow) (err error) {
	if r.Run.ID != 0 {
		r.Run, err = s.Run(ctx, r.Run.ID)
	}
	return err
}

// Steps reports which first steps a team has completed.
func (s *Store) Steps(ctx context.Context, teamID int64) (domain.Steps, error) {
	var st domain.Steps
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM clients WHERE team_id = $1),
		EXISTS (SELECT 1 FROM messages WHERE team_id = $1), EXISTS (SELECT 1 FROM mailings WHERE team_id = $1)`,
		teamID).Scan(&st.Clients, &st.Messages, &st.Mailings)
	return st, mapError(err)
}

// PauseMailing stops a mailing until it is resumed: no letter and no occurrence begins. It does not ask which run the
// person has seen, because pausing does no harm.
func (s *Store) PauseMailing(ctx context.Context, by domain.Actor, id int64, now time.Time) (domain.Mailing, error) {
	return s.setPaused(ctx, by, id, now, now, func(transaction, domain.Mailing) error { return nil })
}

// ResumeMailing continues a paused mailing. Its latest missed occurrence runs if its deadline has not passed. seen is
// the id of the latest run the person has seen, 0 for none. Refused means that a manager has disabled the mailing, and
// Overtaken that there is a newer run.
func (s *Store) ResumeMailing(ctx context.Context, by domain.Actor, id, seen int64, now time.Time) (domain.Mailing, error) {
	return s.setPaused(ctx, by, id, time.Time{}, now, func(tx transaction, m domain.Mailing) error {
		if err := m.NotDisabled(); err != nil {
			return err
		}
		return sawLatest(ctx, tx, id, seen)
	})
}

func (s *Store) setPaused(ctx context.Context, by domain.Actor, id int64, at, now time.Time, may func(transaction, domain.Mailing) error) (m domain.Mailing, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if m, err = mailingFor(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		if err := may(tx, m); err != nil {
			return err
		}
		action, paused := domain.AuditPause, !at.IsZero()
		if !paused {
			action = domain.AuditResume
		}
		if m.Paused() == paused {
			return nil
		}
		_, err := tx.exec(ctx, `UPDATE mailings SET paused_at = $1, pause_why = '', updated_at = $2 WHERE id = $3`,
			millis(at), now.UnixMilli(), id)
		if err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, action, m.Name, "", now); err != nil {
			return err
		}
		m, err = mailing(ctx, tx, id)
		return err
	})
	return m, err
}

// DeleteMailing removes a mailing from every list and cancels its run. The log of what it sent stays in the file.
func (s *Store) DeleteMailing(ctx context.Context, by domain.Actor, id int64, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		if _, err := mailingFor(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		var name string
		err := tx.row(ctx, `UPDATE mailings SET deleted_at = $1, next_at = NULL
			WHERE id = $2 AND deleted_at IS NULL RETURNING name`, now.UnixMilli(), id).Scan(&name)
		if err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, domain.AuditDelete, name, "mailing", now); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE runs SET state = 'cancelled', finished_at = $1
			WHERE mailing_id = $2 AND state IN ('building', 'sending')`, now.UnixMilli(), id)
		return err
	})
}

// PauseRun pauses the mailing of a run for a reason shown to its team. A mailing that is paused already keeps its
// reason.
func (s *Store) PauseRun(ctx context.Context, runID int64, why domain.Text, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		var mailingID int64
		err := tx.row(ctx, `SELECT mailing_id FROM runs WHERE id = $1`, runID).Scan(&mailingID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // just deleted
		}
		if err != nil {
			return err
		}
		return pauseFor(ctx, tx, mailingID, why, now)
	})
}

// pauseFor pauses a mailing for a reason shown to its team. A mailing that is paused already keeps its reason.
func pauseFor(ctx context.Context, tx transaction, mailingID int64, why domain.Text, now time.Time) error {
	text, err := json.Marshal(why)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE mailings SET paused_at = $1, pause_why = $2 WHERE id = $3 AND paused_at IS NULL`,
		now.UnixMilli(), string(text), mailingID)
	return err
}
