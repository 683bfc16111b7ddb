package store

import (
	"context"
	"strings"
	"time"

	"postrider/domain"
)

// AddUser is AddUserBy for the program itself.
func (s *Store) AddUser(ctx context.Context, in domain.SignUp, role domain.Role, now time.Time) (domain.User, error) {
	return s.AddUserBy(ctx, domain.CommandLineActor(), in, role, now)
}

// AddUserBy adds a user with a team of their own who need not confirm the address, and logs who added it. An empty role
// is "user", or "admin" while there is no confirmed admin. An unconfirmed sign-up with the address is deleted. Invalid
// says what is wrong, including that the address already has a user.
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
	err = s.tx(ctx, func(tx transaction) error {
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

// roleOfAdded is the role of a user added without one.
func roleOfAdded(ctx context.Context, tx transaction) (domain.Role, error) {
	has, err := hasAdmin(ctx, tx)
	if err != nil || has {
		return domain.RoleUser, err
	}
	return domain.RoleAdmin, nil
}

const userColumns = `users.id, users.team_id, users.email, users.name, users.role, users.language, users.time_zone,
	users.verified_at, users.blocked_at, users.password_at, users.created_at`

func scanUser(row scanner, more ...any) (domain.User, error) {
	var u domain.User
	to := []any{&u.ID, &u.TeamID, &u.Email, &u.Name, &u.Role, &u.Language, &u.TimeZone,
		instant{&u.VerifiedAt}, instant{&u.BlockedAt}, instant{&u.PasswordAt}, instant{&u.CreatedAt}}
	return u, mapError(row.Scan(append(to, more...)...))
}

// User returns a user; ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, id int64) (domain.User, error) {
	return scanUser(s.read.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, id))
}

// UserByEmail returns the user with that address, ignoring case; ErrNotFound when there is none.
func (s *Store) UserByEmail(ctx context.Context, email string) (domain.User, error) {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return domain.User{}, domain.ErrNotFound
	}
	return scanUser(s.read.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
}

// insertUser adds a user with a team of their own, which the user owns.
func insertUser(ctx context.Context, tx transaction, in domain.SignUp, a domain.Address, hash string, now time.Time) (domain.User, error) {
	name := strings.TrimSpace(in.Name)
	team := name
	if team == "" {
		team = a.Local
	}
	var teamID int64
	err := tx.row(ctx, `INSERT INTO teams (name, created_at) VALUES ($1, $2) RETURNING id`,
		team, now.UnixMilli()).Scan(&teamID)
	if err != nil {
		return domain.User{}, err
	}
	u, err := scanUser(tx.row(ctx, `INSERT INTO users
		(team_id, email, email_key, name, role, language, time_zone, password_hash, created_at)
		VALUES ($1, $2, $3, $4, 'user', $5, $6, $7, $8) RETURNING `+userColumns,
		teamID, in.Email, a.Key(), name, in.Language, in.TimeZone, hash, now.UnixMilli()))
	if err != nil {
		return u, err
	}
	return u, setOwner(ctx, tx, teamID, u.ID)
}

// SetLanguage saves the user's language.
func (s *Store) SetLanguage(ctx context.Context, userID int64, lang string) error {
	return s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE users SET language = $1 WHERE id = $2`, lang, userID)
		return err
	})
}

// SetProfile saves what users say about themselves.
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
