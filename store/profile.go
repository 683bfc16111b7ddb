package store

import (
	"context"

	"postrider/domain"
)

// SetLanguage saves the language that a user reads.
func (s *Store) SetLanguage(ctx context.Context, userID int64, lang string) error {
	return s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE users SET language = $1 WHERE id = $2`, lang, userID)
		return err
	})
}

// SetProfile saves what users say of themselves.
func (s *Store) SetProfile(ctx context.Context, userID int64, p domain.Profile) (u domain.User, err error) {
	if err := p.Check(); err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		u, err = scanUser(tx.row(ctx, `UPDATE users SET name = $1, language = $2, time_zone = $3 WHERE id = $4
			RETURNING `+userColumns, p.Name, p.Language, p.TimeZone, userID))
		return err
	})
	return u, err
}
