package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"postrider/domain"
)

const messageColumns = `id, team_id, subject, body, version, created_at, updated_at`

// messageHead are the same columns for lists, with only the beginning of the body.
const messageHead = `id, team_id, subject, substr(body, 1, 400), version, created_at, updated_at`

func scanMessage(row scanner) (domain.Message, error) {
	var m domain.Message
	err := row.Scan(&m.ID, &m.TeamID, &m.Subject, &m.Body, &m.Version, instant{&m.CreatedAt}, instant{&m.UpdatedAt})
	return m, mapError(err)
}

// MessageQuery selects the messages of a team on a page, newest first.
type MessageQuery struct {
	Q     string // substring of subject or body, ignoring case
	After string // Next of the previous page
	Per   int    // 25, 50 or 100
}

// Messages returns a page of a team's messages, with only the beginning of their bodies.
func (s *Store) Messages(ctx context.Context, teamID int64, q MessageQuery) (Page[domain.Message], error) {
	match := fragment{text: ` FROM messages WHERE team_id = ?`, args: []any{teamID}}
	match.addFragment(contains(q.Q))
	return messageListing.counted(ctx, s.lists, match, "", q.After, q.Per)
}

var messageListing = listing[domain.Message]{
	rows: fragment{text: `SELECT ` + messageHead + ` FROM messages`}, id: `id`, orders: map[string]order{"": newest(`id`)}, scan: scanMessage,
	cursor: func(m domain.Message, _ string) cursor { return cursor{ID: m.ID} },
}

// Message returns a message; ErrNotFound when there is none.
func (s *Store) Message(ctx context.Context, by domain.Actor, action domain.Action, id int64) (domain.Message, error) {
	return message(ctx, s.read, by, action, id)
}

// message is a message with which the actor may do the action.
func message(ctx context.Context, q reader, by domain.Actor, action domain.Action, id int64) (domain.Message, error) {
	m, err := scanMessage(q.row(ctx, `SELECT `+messageColumns+` FROM messages WHERE id = $1`, id))
	if err == nil {
		err = by.May(action, m.TeamID)
	}
	return m, err
}

// CreateMessage saves a new message. Invalid says what is wrong with it, including that the team's storage is full.
func (s *Store) CreateMessage(ctx context.Context, by domain.Actor, m domain.Message, now time.Time) (domain.Message, error) {
	if err := by.May(domain.Edit, m.TeamID); err != nil {
		return m, err
	}
	if err := checkMessage(&m); err != nil {
		return m, err
	}
	kept := m
	err := s.tx(ctx, func(tx transaction) error {
		return withinStorage(ctx, tx, m.TeamID, func() (err error) {
			kept, err = scanMessage(tx.row(ctx, `INSERT INTO messages
				(team_id, subject, body, search, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
				RETURNING `+messageColumns,
				m.TeamID, m.Subject, m.Body, searchText(m.Subject, m.Body), now.UnixMilli(), now.UnixMilli()))
			return err
		})
	})
	if err != nil {
		return m, err
	}
	return kept, nil
}

// UpdateMessage saves a message if its version is still the current one. ErrConflict means that there is a newer one.
// Runs that have begun keep their text.
func (s *Store) UpdateMessage(ctx context.Context, by domain.Actor, m domain.Message, now time.Time) (domain.Message, error) {
	if err := checkMessage(&m); err != nil {
		return m, err
	}
	saved := m
	err := s.tx(ctx, func(tx transaction) error {
		old, err := message(ctx, tx, by, domain.Edit, m.ID)
		if err != nil {
			return err
		}
		return withinStorage(ctx, tx, old.TeamID, func() (err error) {
			saved, err = scanMessage(tx.row(ctx, `UPDATE messages SET subject = $1, body = $2, search = $3,
				version = version + 1, updated_at = $4 WHERE id = $5 AND version = $6 RETURNING `+messageColumns,
				m.Subject, m.Body, searchText(m.Subject, m.Body), now.UnixMilli(), m.ID, m.Version))
			return asConflict(err)
		})
	})
	if err != nil {
		return m, err
	}
	return saved, nil
}

// DeleteMessage deletes a message. Refused names a mailing that needs it.
func (s *Store) DeleteMessage(ctx context.Context, by domain.Actor, id int64, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		if _, err := message(ctx, tx, by, domain.Edit, id); err != nil {
			return err
		}
		var mailing string
		err := tx.row(ctx, `SELECT name FROM mailings WHERE message_id = $1 AND deleted_at IS NULL
			ORDER BY id LIMIT 1`, id).Scan(&mailing)
		if err == nil {
			return domain.Refused{Why: domain.Say("The mailing “%s” uses this message. Delete the mailing or choose another message for it first.", mailing)}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var deleted int64
		if err := tx.row(ctx, `DELETE FROM messages WHERE id = $1 RETURNING id`, id).Scan(&deleted); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditDelete, fmt.Sprintf("#%d", deleted), "message", now)
	})
}

// checkMessage also converts the browser's line endings to LF.
func checkMessage(m *domain.Message) error {
	m.Subject = strings.TrimSpace(m.Subject)
	m.Body = strings.ReplaceAll(m.Body, "\r\n", "\n")
	return m.Check()
}
