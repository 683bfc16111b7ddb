package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"postrider/domain"
)

const mailingColumns = `mailings.id, mailings.team_id, mailings.name, coalesce(mailings.message_id, 0), mailings.audience,
	mailings.starts_at, mailings.ends_at, mailings.time_zone, mailings.periodicity, mailings.status, mailings.paused_at,
	mailings.pause_why, mailings.next_at, mailings.ran, mailings.version, mailings.created_at, mailings.updated_at,
	mailings.disabled_at, mailings.disabled_by, mailings.disabled_why`

func scanMailing(row scanner, more ...any) (domain.Mailing, error) {
	var m domain.Mailing
	var starts, ends, zone, every, why string
	to := []any{&m.ID, &m.TeamID, &m.Name, &m.MessageID, &m.Audience, &starts, &ends, &zone, &every, &m.Status,
		instant{&m.PausedAt}, &why, instant{&m.NextAt}, &m.Ran, &m.Version, instant{&m.CreatedAt}, instant{&m.UpdatedAt},
		instant{&m.DisabledAt}, &m.DisabledBy, &m.DisabledWhy}
	if err := row.Scan(append(to, more...)...); err != nil {
		return m, mapError(err)
	}
	if why != "" {
		if err := json.Unmarshal([]byte(why), &m.PauseWhy); err != nil {
			return m, err
		}
	}
	var err error
	m.Schedule, err = domain.KeptSchedule(starts, ends, zone, every)
	if err != nil {
		return m, fmt.Errorf("mailing %d in the database: %w", m.ID, err)
	}
	return m, nil
}

// Mailing returns a mailing with its selected clients; ErrNotFound when there is none.
func (s *Store) Mailing(ctx context.Context, by domain.Actor, action domain.Action, id int64) (domain.Mailing, error) {
	return mailingFor(ctx, s.read, by, action, id)
}

// mailingFor is a mailing with which the actor may do the action.
func mailingFor(ctx context.Context, q reader, by domain.Actor, action domain.Action, id int64) (domain.Mailing, error) {
	m, err := mailing(ctx, q, id)
	if err == nil {
		err = by.MayMailing(action, m.TeamID)
	}
	return m, err
}

func mailing(ctx context.Context, q reader, id int64) (domain.Mailing, error) {
	m, err := scanMailing(q.row(ctx, `SELECT `+mailingColumns+` FROM mailings
		WHERE id = $1 AND deleted_at IS NULL`, id))
	if err != nil || m.Audience != domain.AudienceClients {
		return m, err
	}
	rows := q.rows(ctx, `SELECT client_id FROM mailing_clients WHERE mailing_id = $1 ORDER BY client_id`, id)
	m.ClientIDs, err = collect(rows, scanID)
	return m, err
}

// CreateMailing saves a new mailing, which waits for its first occurrence. Invalid says what is wrong with it,
// including another team's message or clients, an empty audience, and a window with no occurrence left. If the same
// form has already created the same mailing, that one is returned.
func (s *Store) CreateMailing(ctx context.Context, by domain.Actor, m domain.Mailing, now time.Time) (domain.Mailing, error) {
	if err := by.May(domain.Edit, m.TeamID); err != nil {
		return m, err
	}
	m.Name = strings.TrimSpace(m.Name)
	if err := m.Check(); err != nil {
		return m, err
	}
	next, ok := m.Schedule.Next(now, false)
	if !ok {
		return m, windowOver()
	}
	saved := m
	insert := func(tx transaction, key string) (err error) {
		saved, err = scanMailing(tx.row(ctx, `INSERT INTO mailings
			(team_id, name, message_id, audience, starts_at, ends_at, time_zone, periodicity, status, next_at, search,
			created_at, updated_at, form_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'created', $9, $10, $11, $12, $13)
			RETURNING `+mailingColumns, m.TeamID, m.Name, m.MessageID, m.Audience, m.Schedule.Start.String(),
			m.Schedule.End.String(), m.Schedule.Zone.String(), m.Schedule.Every, next.At.UnixMilli(), searchText(m.Name),
			now.UnixMilli(), now.UnixMilli(), key))
		if err != nil {
			return err
		}
		saved.ClientIDs = m.ClientIDs
		return setPicked(ctx, tx, saved)
	}
	err := s.tx(ctx, func(tx transaction) error {
		before, taken, err := ofForm(ctx, tx, m)
		if err != nil || before.ID != 0 {
			saved = before
			return err
		}
		key := m.FormKey
		if taken {
			key = ""
		}
		if err := checkOwned(ctx, tx, m); err != nil {
			return err
		}
		return withinStorage(ctx, tx, m.TeamID, func() error { return insert(tx, key) })
	})
	if err != nil {
		return m, err
	}
	return saved, nil
}

// ofForm is the mailing that the form of m has created before, if it is the same as m. taken means that the form's key
// is used up, if only by a deleted mailing, or by a different one sent from the same form after going back.
func ofForm(ctx context.Context, tx transaction, m domain.Mailing) (same domain.Mailing, taken bool, err error) {
	if m.FormKey == "" {
		return same, false, nil
	}
	var id int64
	err = tx.row(ctx, `SELECT id FROM mailings WHERE team_id = $1 AND form_key = $2 AND form_key <> ''`,
		m.TeamID, m.FormKey).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return same, false, nil
	}
	if err != nil {
		return same, false, err
	}
	was, err := mailing(ctx, tx, id)
	if errors.Is(err, domain.ErrNotFound) {
		return same, true, nil
	}
	if err == nil && sameMailing(was, m) {
		same = was
	}
	return same, true, err
}

// sameMailing reports whether two mailings would send the same to the same people at the same times.
func sameMailing(a, b domain.Mailing) bool {
	return a.Name == b.Name && a.MessageID == b.MessageID && a.Audience == b.Audience && sameSchedule(a.Schedule, b.Schedule) &&
		(a.Audience != domain.AudienceClients || slices.Equal(slices.Sorted(slices.Values(a.ClientIDs)), slices.Sorted(slices.Values(b.ClientIDs))))
}

func windowOver() error {
	return domain.Invalid{"ends_at": domain.Say("The sending period is over, so nothing can be sent. Choose a later end.")}
}

// UpdateMailing saves a mailing if its version is still the current one. ErrConflict means that there is a newer one. A
// run in progress keeps its message and recipients, but follows the new window.
func (s *Store) UpdateMailing(ctx context.Context, by domain.Actor, m domain.Mailing, now time.Time) (domain.Mailing, error) {
	m.Name = strings.TrimSpace(m.Name)
	if err := m.Check(); err != nil {
		return m, err
	}
	saved := m
	err := s.tx(ctx, func(tx transaction) error {
		old, err := mailingFor(ctx, tx, by, domain.Edit, m.ID)
		if err != nil {
			return err
		}
		if old.Version != m.Version {
			return domain.ErrConflict
		}
		if err := checkOwned(ctx, tx, m); err != nil {
			return err
		}
		err = withinStorage(ctx, tx, old.TeamID, func() error {
			if err := reschedule(ctx, tx, old, m, now); err != nil {
				return err
			}
			return setPicked(ctx, tx, m)
		})
		if err != nil {
			return err
		}
		saved, err = mailing(ctx, tx, m.ID)
		return err
	})
	if err != nil {
		return m, err
	}
	return saved, nil
}

func reschedule(ctx context.Context, tx transaction, old, m domain.Mailing, now time.Time) error {
	m.Status, m.NextAt = old.Status, old.NextAt
	if !sameSchedule(old.Schedule, m.Schedule) {
		next, ok := m.Schedule.Next(now, old.Ran)
		if !ok && !old.Ran {
			return windowOver()
		}
		m.NextAt = next.At
		if ok && m.Status == domain.StatusCompleted {
			m.Status = domain.StatusRunning
		}
		if err := moveDeadline(ctx, tx, m); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `UPDATE mailings SET name = $1, message_id = $2, audience = $3,
		starts_at = $4, ends_at = $5, time_zone = $6, periodicity = $7, status = $8, next_at = $9, search = $10,
		version = version + 1, updated_at = $11 WHERE id = $12`,
		m.Name, m.MessageID, m.Audience, m.Schedule.Start.String(), m.Schedule.End.String(), m.Schedule.Zone.String(),
		m.Schedule.Every, m.Status, millis(m.NextAt), searchText(m.Name), now.UnixMilli(), m.ID)
	if err != nil {
		return err
	}
	return complete(ctx, tx, m.ID)
}

func sameSchedule(a, b domain.Schedule) bool {
	return a.Start == b.Start && a.End == b.End && a.Every == b.Every && a.Zone.String() == b.Zone.String()
}

// moveDeadline adjusts a run in progress to its mailing's new window.
func moveDeadline(ctx context.Context, tx transaction, m domain.Mailing) error {
	r, err := activeRun(ctx, tx, m.ID)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE runs SET deadline = $1 WHERE id = $2`,
		m.Schedule.Deadline(r.ScheduledAt).UnixMilli(), r.ID)
	return err
}

// checkOwned refuses another team's message and clients, and an empty audience. It answers foreign ids like ids that do
// not exist.
func checkOwned(ctx context.Context, tx transaction, m domain.Mailing) error {
	wrong := domain.Invalid{}
	var team int64
	err := tx.row(ctx, `SELECT team_id FROM messages WHERE id = $1`, m.MessageID).Scan(&team)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if team != m.TeamID {
		wrong.Add("message_id", "Choose one of your messages.")
	}
	size, leftOut, err := audienceSize(ctx, tx, m)
	if err != nil {
		return err
	}
	if m.Audience == domain.AudienceAll && size == 0 {
		wrong.Add("audience", "There's no one to send to. Add a client first.")
	}
	if m.Audience == domain.AudienceClients && size+leftOut < len(m.ClientIDs) {
		wrong.Add("client_ids", "Some of the selected clients no longer exist. Select again.")
	}
	if m.Audience == domain.AudienceClients && size == 0 && leftOut > 0 {
		wrong.Add("client_ids", "All selected clients are undeliverable.")
	}
	return wrong.Or()
}

// AudienceSize is how many of the team's clients would receive a run that began now, and how many would be skipped as
// undeliverable.
func (s *Store) AudienceSize(ctx context.Context, m domain.Mailing) (size, leftOut int, err error) {
	return audienceSize(ctx, s.read, m)
}

func audienceSize(ctx context.Context, q reader, m domain.Mailing) (size, leftOut int, err error) {
	if m.Audience != domain.AudienceClients {
		return teamClients(ctx, q, m.TeamID)
	}
	for chunk := range idChunks(m.ClientIDs) {
		some := fragment{text: `SELECT count(*) - count(undeliverable_at), count(undeliverable_at) FROM clients
			WHERE team_id = ? AND id IN `, args: []any{m.TeamID}}
		some.addIDs(chunk)
		var active, undeliverable int
		if err := q.row(ctx, some.numbered(), some.args...).Scan(&active, &undeliverable); err != nil {
			return 0, 0, mapError(err)
		}
		size, leftOut = size+active, leftOut+undeliverable
	}
	return size, leftOut, nil
}

// setPicked saves the selected clients and their number. An audience of all clients has none.
func setPicked(ctx context.Context, tx transaction, m domain.Mailing) error {
	if _, err := tx.exec(ctx, `DELETE FROM mailing_clients WHERE mailing_id = $1`, m.ID); err != nil {
		return err
	}
	if m.Audience == domain.AudienceClients {
		for chunk := range idChunks(m.ClientIDs) {
			some := fragment{text: `INSERT INTO mailing_clients (mailing_id, client_id)
				SELECT CAST(? AS BIGINT), id FROM clients WHERE id IN `, args: []any{m.ID}}
			some.addIDs(chunk)
			if _, err := tx.exec(ctx, some.numbered(), some.args...); err != nil {
				return err
			}
		}
	}
	_, err := tx.exec(ctx, `UPDATE mailings SET picked = (SELECT count(*) FROM mailing_clients WHERE mailing_id = $1)
		WHERE id = $1`, m.ID)
	return err
}
