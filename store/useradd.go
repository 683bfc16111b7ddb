package store

import (
	"context"
	"database/sql"
	"time"

	"postrider/domain"
)

// AddUser is AddUserBy for the program itself.
func (s *Store) AddUser(ctx context.Context, in domain.SignUp, role domain.Role, now time.Time) (domain.User, error) {
	return s.AddUserBy(ctx, domain.Actor{Email: domain.CommandLine}, in, role, now)
}

// AddUserBy makes a user with a team of its own who need not confirm the address, and notes who has made it. An empty role
// is that of somebody who signs up: "user", or "admin" for the first of all. Invalid says what is wrong, also when there
// is a user with the address already.
func (s *Store) AddUserBy(ctx context.Context, by domain.Actor, in domain.SignUp, role domain.Role, now time.Time) (u domain.User, err error) {
	if role != "" {
		if err := domain.CheckRole(role); err != nil {
			return u, err
		}
	}
	if err := in.Check(); err != nil {
		return u, err
	}
	a, err := domain.ParseAddress(in.Email)
	if err != nil {
		return u, err
	}
	hash, err := s.hashPassword(ctx, in.Password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		if u, err = insertUser(ctx, tx, in, a, hash, now); err != nil {
			return err
		}
		if role == "" {
			role = u.Role
		}
		u, err = scanUser(tx.QueryRowContext(ctx, `UPDATE users SET role = $1, verified_at = $2 WHERE id = $3
			RETURNING `+userColumns, role, now.UnixMilli(), u.ID))
		if err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditUserAdd, u.Email, string(u.Role), now)
	})
	if isUnique(err) {
		err = domain.Invalid{"email": domain.Say("There is a user with this address already.")}
	}
	return u, err
}
