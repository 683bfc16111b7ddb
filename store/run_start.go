package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postrider/domain"
)

// maxMissed is how many of the occurrences missed in a downtime are recorded, the latest ones.
const maxMissed = 100

// teamSends is true of a mailing whose team has a member who is not blocked.
const teamSends = `EXISTS (SELECT 1 FROM users WHERE users.team_id = mailings.team_id AND users.blocked_at IS NULL)`

// Coming returns the mailings that wait for an occurrence, soonest first, including those with an unknown time zone.
func (s *Store) Coming(ctx context.Context) ([]domain.Mailing, error) {
	rows := s.read.rows(ctx, `SELECT `+mailingColumns+` FROM mailings WHERE next_at IS NOT NULL
		AND paused_at IS NULL AND disabled_at IS NULL AND deleted_at IS NULL AND `+teamSends+` ORDER BY next_at, id`)
	return collect(rows, func(row scanner) (domain.Mailing, error) { return scanMailing(row) })
}

// StartDue begins a run of every due mailing, each in its own transaction, and returns how many. A mailing that fails
// to start does not hold up the others.
func (s *Store) StartDue(ctx context.Context, sender string, now time.Time) (started int, err error) {
	due, err := collect(s.read.rows(ctx, `SELECT id FROM mailings WHERE next_at <= $1 AND paused_at IS NULL
		AND disabled_at IS NULL AND deleted_at IS NULL AND `+teamSends+` ORDER BY next_at, id`, now.UnixMilli()), scanID)
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		failed := s.tx(ctx, func(tx transaction) error { return startDue(ctx, tx, id, sender, now) })
		switch {
		case failed == nil:
			started++
		case errors.Is(failed, domain.ErrNotFound): // just deleted
		case errors.Is(failed, ErrUnavailable) || ctx.Err() != nil:
			return started, failed
		default:
			err = errors.Join(err, failed)
		}
	}
	return started, err
}

// startDue records missed occurrences, begins the latest one, and schedules the next one.
func startDue(ctx context.Context, tx transaction, id int64, sender string, now time.Time) error {
	m, err := mailing(ctx, tx, id)
	if err != nil || m.Paused() || m.Disabled() || m.NextAt.IsZero() || m.NextAt.After(now) {
		return err
	}
	if err := m.KnownZone(); err != nil {
		return fmt.Errorf("mailing %d: %w", m.ID, err)
	}
	var full domain.Refused
	if err := checkFull(ctx, tx, m.TeamID); errors.As(err, &full) {
		return pauseFor(ctx, tx, id, full.Why, now)
	} else if err != nil {
		return err
	}
	latest, ok := m.Schedule.Latest(now)
	if !ok || latest.At.Before(m.NextAt) { // the clock has jumped back, or the schedule has changed
		latest.At = m.NextAt
	}
	for _, o := range m.Schedule.Between(m.NextAt.Add(-time.Millisecond), latest.At, maxMissed) {
		if _, err := insertRun(ctx, tx, m, domain.RunMissed, o.At, sender, false, now); err != nil {
			return err
		}
	}
	state, err := stateAtStart(ctx, tx, m, latest.At, now)
	if err != nil {
		return err
	}
	begun, err := insertRun(ctx, tx, m, state, latest.At, sender, false, now)
	if err != nil {
		return err
	}
	next, _ := m.Schedule.After(latest.At)
	_, err = tx.exec(ctx, `UPDATE mailings SET next_at = $1 WHERE id = $2`, millis(next.At), id)
	if err != nil {
		return err
	}
	if begun.State == domain.RunBuilding {
		return markRunning(ctx, tx, id)
	}
	return complete(ctx, tx, id)
}

func stateAtStart(ctx context.Context, tx transaction, m domain.Mailing, at, now time.Time) (domain.RunState, error) {
	if !m.Schedule.Deadline(at).After(now) {
		return domain.RunMissed, nil
	}
	active, err := activeRun(ctx, tx, m.ID)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return domain.RunBuilding, nil
	case err != nil:
		return "", err
	case active.Deadline.After(now):
		return domain.RunSkipped, nil
	}
	return domain.RunBuilding, nil
}

func markRunning(ctx context.Context, tx transaction, id int64) error {
	_, err := tx.exec(ctx, `UPDATE mailings SET status = 'running', ran = TRUE WHERE id = $1`, id)
	return err
}

// insertRun saves a run with the current message. If the occurrence already has a run, it saves nothing and returns the
// zero Run.
func insertRun(ctx context.Context, tx transaction, m domain.Mailing, state domain.RunState, at time.Time, sender string,
	manual bool, now time.Time) (domain.Run, error) {
	started, finished := now, time.Time{}
	if !state.Active() {
		started, finished = time.Time{}, now
	}
	r, err := scanRun(tx.row(ctx, `INSERT INTO runs (mailing_id, team_id, key, state, manual, scheduled_at,
		started_at, finished_at, deadline, sender, subject, body, audience)
		SELECT mailings.id, mailings.team_id, CAST($1 AS TEXT), CAST($2 AS TEXT), $3 = TRUE, CAST($4 AS BIGINT),
			CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS TEXT), messages.subject, messages.body, mailings.audience
		FROM mailings JOIN messages ON messages.id = mailings.message_id WHERE mailings.id = $9
		ON CONFLICT (mailing_id, scheduled_at) DO NOTHING RETURNING `+runColumns,
		NewToken()[:16], state, manual, at.UnixMilli(), millis(started), millis(finished),
		m.Schedule.Deadline(at).UnixMilli(), sender, m.ID))
	if errors.Is(err, domain.ErrNotFound) {
		return domain.Run{}, nil
	}
	return r, err
}

// RunNow begins a run of a mailing outside its schedule, within its window. seen is the id of the latest run the person
// has seen, 0 for none. Refused says why it cannot, and Overtaken means that there is a newer run.
func (s *Store) RunNow(ctx context.Context, by domain.Actor, id, seen int64, sender string, now time.Time) (r domain.Run, err error) {
	now = now.Truncate(time.Millisecond)
	err = s.tx(ctx, func(tx transaction) error {
		m, err := mailingFor(ctx, tx, by, domain.Edit, id)
		if err != nil {
			return err
		}
		if err := m.MayRunNow(now); err != nil {
			return err
		}
		_, err = activeRun(ctx, tx, id)
		if err == nil {
			return domain.Refused{Why: domain.Say("The last send is still in progress. Wait until it finishes, or pause it.")}
		}
		if !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		if err := sawLatest(ctx, tx, id, seen); err != nil {
			return err
		}
		if err := checkFull(ctx, tx, m.TeamID); err != nil {
			return err
		}
		if r, err = insertRun(ctx, tx, m, domain.RunBuilding, now, sender, true, now); err != nil {
			return err
		}
		if err := insertAudit(ctx, tx, by, domain.AuditSend, m.Name, "", now); err != nil {
			return err
		}
		return markRunning(ctx, tx, id)
	})
	return r, err
}

// sawLatest returns Overtaken unless the mailing's latest run is the one that was seen. This catches double clicks: the
// second one has not seen the run of the first.
func sawLatest(ctx context.Context, tx transaction, mailingID, seen int64) error {
	var latest int64
	err := tx.row(ctx, `SELECT coalesce(max(id), 0) FROM runs WHERE mailing_id = $1`, mailingID).Scan(&latest)
	if err != nil || latest == seen {
		return err
	}
	return domain.Overtaken{Why: domain.Say("Sending has started since you opened this page, so nothing more was sent. Here's where it stands now.")}
}
