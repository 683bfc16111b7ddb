package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"postrider/domain"
)

// MailingQuery says which mailings a page shows, the newest first.
type MailingQuery struct {
	Q      string // is contained in the name, whatever its case
	Status string // a domain.Status, "paused" or "disabled"; anything else for all
	After  string // the Next of the page before
	Per    int    // 25, 50 or 100
}

// The condition for each status that a list can be narrowed to.
var ofStatus = map[string]query{
	string(domain.StatusCreated):   ` AND mailings.status = 'created'`,
	string(domain.StatusRunning):   ` AND mailings.status = 'running'`,
	string(domain.StatusCompleted): ` AND mailings.status = 'completed'`,
	"paused":                       ` AND mailings.paused_at IS NOT NULL`,
	"disabled":                     ` AND mailings.disabled_at IS NOT NULL`,
}

// MailingPage is a page of mailings.
type MailingPage struct {
	Mailings []domain.MailingRow
	Next     string // "" on the last page
	Total    int    // how many match, on all pages
}

const mailingRows = `SELECT ` + mailingColumns + `, coalesce(messages.subject, ''),
	(SELECT name FROM teams WHERE teams.id = mailings.team_id), coalesce((SELECT max(id) FROM runs WHERE runs.mailing_id = mailings.id), 0)
	FROM mailings LEFT JOIN messages ON messages.id = mailings.message_id
	WHERE mailings.deleted_at IS NULL`

func scanMailingRow(row scanner) (domain.MailingRow, error) {
	var r domain.MailingRow
	var err error
	r.Mailing, err = scanMailing(row, &r.Subject, &r.Team, &r.Run.ID)
	return r, err
}

// Mailings returns a page of a team's mailings, or with a team of 0 of all teams'.
func (s *Store) Mailings(ctx context.Context, teamID int64, q MailingQuery) (MailingPage, error) {
	var page MailingPage
	match := part{text: ` AND mailings.search LIKE ? ESCAPE '\'` + ofStatus[q.Status], args: []any{pattern(q.Q)}}
	if teamID != 0 {
		match.add(` AND mailings.team_id = ?`, teamID)
	}
	err := s.lists.row(ctx, `SELECT count(*) FROM mailings WHERE deleted_at IS NULL`+match.numbered(), match.args...).Scan(&page.Total)
	if err != nil {
		return page, mapError(err)
	}
	if at, ok := parseCursor(q.After); ok {
		match.add(` AND mailings.id < ?`, at.ID)
	}
	per := perPage(q.Per)
	list := part{text: mailingRows + ` AND mailings.id IN (SELECT mailings.id FROM mailings WHERE mailings.deleted_at IS NULL`}
	list.addPart(match)
	list.add(` ORDER BY mailings.id DESC LIMIT ?) ORDER BY mailings.id DESC`, per+1)
	all, err := collect(s.lists.rows(ctx, list.numbered(), list.args...), scanMailingRow)
	if err != nil {
		return page, err
	}
	page.Mailings, page.Next = trimPage(all, per, func(r domain.MailingRow) cursor { return cursor{ID: r.ID} })
	for i := range page.Mailings {
		if err := s.fillRun(ctx, &page.Mailings[i]); err != nil {
			return page, err
		}
	}
	return page, nil
}

// MailingRow returns one mailing as a list shows it; ErrNotFound when there is none.
func (s *Store) MailingRow(ctx context.Context, by domain.Actor, id int64) (domain.MailingRow, error) {
	r, err := scanMailingRow(s.read.row(ctx, mailingRows+` AND mailings.id = $1`, id))
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

// Steps says which first steps a team has taken.
func (s *Store) Steps(ctx context.Context, teamID int64) (domain.Steps, error) {
	var st domain.Steps
	err := s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM clients WHERE team_id = $1),
		EXISTS (SELECT 1 FROM messages WHERE team_id = $1), EXISTS (SELECT 1 FROM mailings WHERE team_id = $1)`,
		teamID).Scan(&st.Clients, &st.Messages, &st.Mailings)
	return st, mapError(err)
}

// PauseMailing stops a mailing until it is resumed: no letter is begun, and no occurrence. It does so whatever the person
// has seen: stopping does no harm.
func (s *Store) PauseMailing(ctx context.Context, by domain.Actor, id int64, now time.Time) (m domain.Mailing, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if m, err = mailingFor(ctx, tx, by, domain.Edit, id); err != nil || m.Paused() {
			return err
		}
		m, err = setPaused(ctx, tx, by, m, now, now)
		return err
	})
	return m, err
}

// ResumeMailing lets a paused mailing go on. Its latest missed occurrence runs if its deadline has not passed. seen is the
// id of the latest run that the person knows of, 0 for none. Refused says that a manager has disabled it, Overtaken that
// there is a newer run, Unconfirmed that one would begin at once.
func (s *Store) ResumeMailing(ctx context.Context, by domain.Actor, id, seen int64, consent domain.Consent) (m domain.Mailing, err error) {
	err = s.tx(ctx, func(tx transaction) error {
		if m, err = mailingFor(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		if err := m.NotDisabled(); err != nil {
			return err
		}
		if err := sawLatest(ctx, tx, id, seen); err != nil || !m.Paused() {
			return err
		}
		now := consent.Clock()
		if m, err = setPaused(ctx, tx, by, m, time.Time{}, now); err != nil {
			return err
		}
		return checkConsent(ctx, tx, m, consent, now)
	})
	return m, err
}

// setPaused pauses a mailing at a time, or resumes it at the zero time.
func setPaused(ctx context.Context, tx transaction, by domain.Actor, m domain.Mailing, at, now time.Time) (domain.Mailing, error) {
	action := domain.AuditPause
	if at.IsZero() {
		action = domain.AuditResume
	}
	_, err := tx.exec(ctx, `UPDATE mailings SET paused_at = $1, pause_why = '', updated_at = $2 WHERE id = $3`,
		millis(at), now.UnixMilli(), m.ID)
	if err != nil {
		return m, err
	}
	if err := insertAudit(ctx, tx, by, action, m.Name, "", now); err != nil {
		return m, err
	}
	return mailing(ctx, tx, m.ID)
}

// DeleteMailing takes a mailing out of every list and cancels its run. The log of what it sent stays in the file.
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

// PauseRun pauses the mailing of a run for a reason that its team should read. One that is paused already keeps its own.
func (s *Store) PauseRun(ctx context.Context, runID int64, why domain.Text, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		var mailingID int64
		err := tx.row(ctx, `SELECT mailing_id FROM runs WHERE id = $1`, runID).Scan(&mailingID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // it has been deleted a moment ago
		}
		if err != nil {
			return err
		}
		return pauseFor(ctx, tx, mailingID, why, now)
	})
}

// pauseFor pauses a mailing for a reason that its team should read. One that is paused already keeps its own.
func pauseFor(ctx context.Context, tx transaction, mailingID int64, why domain.Text, now time.Time) error {
	text, err := json.Marshal(why)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE mailings SET paused_at = $1, pause_why = $2 WHERE id = $3 AND paused_at IS NULL`,
		now.UnixMilli(), string(text), mailingID)
	return err
}
