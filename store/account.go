package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"postrider/domain"
)

// Joining is what signing up needs beside what was typed.
type Joining struct {
	By        domain.Actor // only the network address is known
	FirstOnly bool         // only who can become the first admin by it may sign up
	Token     string
	Browser   string              // a secret of the browser, which confirms with the password that was typed there
	Confirm   domain.SystemLetter // with the token
	Known     domain.SystemLetter // to an address that has an account
}

// SignUp makes a team and its first user, and puts the letter with the token into the outbox. An account that is confirmed
// or blocked gets the letter known instead. One that waits for its confirmation gets a fresh token, and what was typed last
// stands in it: the letter of an earlier sign-up is void. The letter goes to the address that the account has. All take the
// same time and look the same from outside, also when no letter may go: then nothing changes, and an older letter stays
// good. ErrForbidden says that nobody may sign up to become the admin.
func (s *Store) SignUp(ctx context.Context, in domain.SignUp, j Joining, now time.Time) error {
	if err := in.Check(); err != nil {
		return err
	}
	a, err := domain.ParseAddress(in.Email)
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, stranger, in.Password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		_, sent, err := countLetter(ctx, tx, asked(a, u, j.By.Address), now)
		if err == nil && u.ID == 0 && sent {
			u, err = s.join(ctx, tx, in, j, a, hash, now)
		}
		if err != nil || !sent {
			return err
		}
		j.Confirm.To.Email, j.Known.To.Email = envelope(u.Email), envelope(u.Email)
		if u.Verified() || u.Blocked() {
			return sendLetter(ctx, tx, j.Known, now)
		}
		_, err = tx.exec(ctx, `UPDATE users SET name = $1, language = $2, time_zone = $3, password_hash = $4, browser_hash = $5
			WHERE id = $6`, strings.TrimSpace(in.Name), in.Language, in.TimeZone, hash, hashOf(j.Browser), u.ID)
		if err != nil {
			return err
		}
		if err := insertToken(ctx, tx, u.ID, domain.TokenVerify, j.Token, "", now); err != nil {
			return err
		}
		return sendLetter(ctx, tx, j.Confirm, now)
	})
}

// join makes the user of somebody who signs up, with the limits of a new team.
func (s *Store) join(ctx context.Context, tx transaction, in domain.SignUp, j Joining, a domain.Address, hash string, now time.Time) (u domain.User, err error) {
	if j.FirstOnly {
		if has, err := hasAdmin(ctx, tx); err != nil || has || !s.FirstIsAdmin {
			return u, errors.Join(err, domain.ErrForbidden)
		}
	}
	if u, err = insertUser(ctx, tx, in, a, hash, now); err != nil {
		return u, err
	}
	if _, err := limitTeam(ctx, tx, u.TeamID, s.NewTeam); err != nil {
		return u, err
	}
	by := domain.Actor{ID: u.ID, Email: u.Email, Address: j.By.Address}
	return u, insertAudit(ctx, tx, by, domain.AuditSignUp, u.Email, "", now)
}
