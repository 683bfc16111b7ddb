package store

import (
	"context"
	"database/sql"
	"time"

	"postrider/domain"
)

// AddUser is AddUserBy for the program itself.
func (s *Store) AddUser(ctx context.Context, in domain.SignUp, role domain.Role, now time.Time) (domain.User, error) {
	return s.AddUserBy(ctx, domain.CommandLineActor(), in, role, now)
}

// AddUserBy makes a user with a team of its own who need not confirm the address, and notes who has made it. An empty role
// is "user", or "admin" while there is no confirmed admin. Somebody's sign-up with that address which is not confirmed goes.
// Invalid says what is wrong, also when there is a user with the address already.
func (s *Store) AddUserBy(ctx context.Context, by domain.Actor, in domain.SignUp, role domain.Role, now time.Time) (u domain.User, err error) {
	if role != "" {
		if err := domain.CheckRole(role); err != nil {
			return u, err
		}
	}
	a, err := in.Check()
	if err != nil {
		return u, err
	}
	hash, err := s.hashPassword(ctx, thisProgram, in.Password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		if role == "" {
			if role, err = roleOfAdded(ctx, tx); err != nil {
				return err
			}
		}
		if u, err = insertConfirmed(ctx, tx, in, a, hash, role, now); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditUserAdd, u.Email, string(u.Role), now)
	})
	return u, takenAddress(err)
}

// roleOfAdded is the role of somebody who is added without one.
func roleOfAdded(ctx context.Context, tx *sql.Tx) (domain.Role, error) {
	has, err := hasAdmin(ctx, tx)
	if err != nil || has {
		return domain.RoleUser, err
	}
	return domain.RoleAdmin, nil
}
