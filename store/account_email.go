package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"postrider/domain"
)

// EmailChange is what a change of a user's address needs. The store addresses the letters.
type EmailChange struct {
	Email, Password string
	Token           string
	Confirm         domain.SystemLetter // with the token, to the new address
	Taken           domain.SystemLetter // sent instead when another account has the new address
	Notice          domain.SystemLetter // to the old address
}

// AskEmail asks the user to confirm a new address. Until then the old one stays in use. If another account has the new
// address, only that account's owner learns of it, by letter; a mailbox that has had too many letters gets none.
// Invalid says what is wrong, including with the password; TooMany means wait; ErrNotFound means that the password has
// just been changed, which voids such requests.
func (s *Store) AskEmail(ctx context.Context, by domain.Actor, in EmailChange, now time.Time) error {
	a, err := domain.CheckAddress("email", in.Email)
	if err != nil {
		return err
	}
	if a.Key() == accountKey(by.Email) {
		return domain.Invalid{"email": domain.Say("This is already your address.")}
	}
	hash, err := s.confirmPassword(ctx, by, "password", in.Password, now)
	if err != nil {
		return err
	}
	err = s.try(ctx, tries{"changes of address:" + strconv.FormatInt(by.ID, 10): freeChanges}, now)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		u, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1 AND password_hash = $2`, by.ID, hash))
		if err != nil {
			return err
		}
		_, sent, err := countLetter(ctx, tx, cause{pool: poolMembers, to: a, address: by.Address}, now)
		if err == nil && sent {
			err = confirmEmail(ctx, tx, u, a, in, now)
		}
		if err != nil {
			return err
		}
		in.Notice.To = domain.Recipient{Email: envelope(u.Email), Name: u.Name}
		if err := sendLetter(ctx, tx, in.Notice, now); err != nil { // only someone with the password can cause it
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditEmailAsk, in.Email, u.Email, now)
	})
}

// confirmEmail creates the token of a change of address and queues the letter to the new address.
func confirmEmail(ctx context.Context, tx transaction, u domain.User, a domain.Address, in EmailChange, now time.Time) error {
	if err := insertToken(ctx, tx, u.ID, domain.TokenEmail, in.Token, in.Email, now); err != nil {
		return err
	}
	other, err := scanUser(tx.row(ctx, `SELECT `+userColumns+` FROM users WHERE email_key = $1`, a.Key()))
	first := in.Confirm
	first.To = domain.Recipient{Email: a.Envelope()}
	if err == nil {
		first = in.Taken // nobody will read the token
		first.To = domain.Recipient{Email: envelope(other.Email)}
	} else if !errors.Is(err, domain.ErrNotFound) {
		return err
	}
	return sendLetter(ctx, tx, first, now)
}

// envelope is a user's address in the form used in SMTP.
func envelope(email string) string {
	a, err := domain.ParseAddress(email)
	if err != nil {
		return email // the relay will refuse it
	}
	return a.Envelope()
}

// ConfirmingEmail returns the user whose address a token changes, and the new address. ErrNotFound means that the token
// is unknown, used, void or expired.
func (s *Store) ConfirmingEmail(ctx context.Context, token string, now time.Time) (u domain.User, email string, err error) {
	u, err = scanUser(s.read.row(ctx, `SELECT `+userColumns+`, tokens.email FROM tokens
		JOIN users ON users.id = tokens.user_id WHERE `+usable, now.UnixMilli(), hashOf(token), domain.TokenEmail), &email)
	return u, email, err
}

// ConfirmEmail uses up a token and makes the address in it the user's own. Anyone not signed in as that user also needs
// the password, so that one click cannot put a reader's address on someone else's account. Tokens sent to the old
// address become void. Invalid means that the password is wrong, TooMany means wait, and ErrNotFound means that the
// token is unknown, used or expired, or that another account has the address now.
func (s *Store) ConfirmEmail(ctx context.Context, by domain.Actor, token, password string, now time.Time) error {
	u, _, err := s.ConfirmingEmail(ctx, token, now)
	if err != nil {
		return err
	}
	if by.ID != u.ID {
		if _, err := s.confirmPassword(ctx, u.Actor(by.Address), "password", password, now); err != nil {
			return err
		}
	}
	err = s.tx(ctx, func(tx transaction) error {
		u, email, err := useToken(ctx, tx, domain.TokenEmail, token, now)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE users SET email = $1, email_key = $2 WHERE id = $3`, email, accountKey(email), u.ID)
		if err != nil {
			return err
		}
		if err := voidTokens(ctx, tx, u.ID); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditEmailChange, email, u.Email, now)
	})
	if isUnique(err) {
		return errors.Join(domain.ErrNotFound, err)
	}
	return err
}
