package store

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"postrider/domain"
)

// Origin is where a sign-in comes from.
type Origin struct {
	Address string // network address
	Device  string // the id by which the browser is known; "" if it is not
}

// SignIn returns the user with that address and password. An unknown address and a wrong password both give
// ErrNotFound, in the same time. TooMany means wait, and ErrBusy that too many sign-ins are in progress; strangers
// cannot cause either for a browser that the account knows. The user may be unconfirmed or blocked: the caller decides.
// The audit log records failures, but not tries that had to wait.
func (s *Store) SignIn(ctx context.Context, from Origin, email, password string, now time.Time) (domain.User, error) {
	key, address := accountKey(email), from.Address
	known, err := s.knownDevice(ctx, key, from.Device, now)
	if err != nil {
		return domain.User{}, err
	}
	who, counted := stranger, strangersTries(key, address)
	if known {
		who, counted = key, tries{"device:" + PublicID(from.Device): freeFailures}
	}
	slot, err := s.hashing.acquire(who) // before any write, so that a flood of sign-ins does not hold up writers
	if err != nil {
		return domain.User{}, err
	}
	defer slot.release()
	if err := s.try(ctx, counted, now); err != nil {
		return domain.User{}, err
	}
	var hash string
	u, err := scanUser(s.read.row(ctx,
		`SELECT `+userColumns+`, users.password_hash FROM users WHERE email_key = $1`, key), &hash)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return domain.User{}, err
	}
	fits, old, err := s.check(ctx, slot, password, hash)
	if errors.Is(err, ErrBusy) {
		return domain.User{}, errors.Join(err, s.notTried(ctx, counted))
	}
	if err != nil {
		return domain.User{}, err
	}
	if !fits {
		return domain.User{}, errors.Join(domain.ErrNotFound, s.noteFailure(ctx, email, "", address, now))
	}
	renewed := ""
	if old {
		if renewed, err = s.hashPassword(ctx, who, password); err != nil && !errors.Is(err, ErrBusy) {
			return domain.User{}, err
		}
	}
	if err := s.forgive(ctx, counted, renewal{u.ID, hash, renewed}); err != nil {
		return domain.User{}, err
	}
	switch {
	case u.Blocked():
		err = s.noteFailure(ctx, email, "blocked", address, now)
	case !u.Verified():
		err = s.noteFailure(ctx, email, "not confirmed", address, now)
	}
	return u, err
}

// strangersTries are the counters for a wrong password from a browser that the account does not know.
func strangersTries(key, address string) tries {
	counted := tries{accountTries + key: freeFailures, "address:" + address: freeAddressFailures}
	if wider, ok := widerNetwork(address); ok {
		counted["network:"+wider] = domain.NetworkTries
	}
	return counted
}

// accountTries is the prefix of the counter of strangers' tries on an account.
const accountTries = "account:"

// widerNetwork is the /48 of an IPv6 network, which one customer may get (RFC 6177, section 2).
func widerNetwork(address string) (string, bool) {
	p, err := netip.ParsePrefix(address)
	if err != nil || !p.Addr().Is6() || p.Bits() < 48 {
		return "", false
	}
	return netip.PrefixFrom(p.Addr(), 48).Masked().String(), true
}

// maxTyped is how many bytes of a typed address the audit log keeps. No address is longer.
const maxTyped = 254

// noteFailure logs which account a stranger tried to sign in to, and why that failed if the password was right.
// Repeated failures from one network, and those beyond a thousand a day, are only counted.
func (s *Store) noteFailure(ctx context.Context, email, why, address string, now time.Time) error {
	typed := strings.ToValidUTF8(email[:min(len(email), maxTyped)], "")
	return s.tx(ctx, func(tx transaction) error {
		near, _, err := countSince(ctx, tx, "failures from:"+domain.LetterNetwork(address), time.Hour, now)
		if err != nil {
			return err
		}
		all, _, err := countSince(ctx, tx, "failures", 24*time.Hour, now)
		if err != nil {
			return err
		}
		if near <= domain.FailuresLoggedOfNetwork && all <= domain.FailuresLogged {
			return insertAudit(ctx, tx, domain.Actor{Address: address}, domain.AuditSignInFailed, typed, why, now)
		}
		_, err = tx.exec(ctx, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail)
			VALUES ($1, 0, '', '', 'more sign-ins failed', '', '1') ON CONFLICT (at) WHERE action = 'more sign-ins failed'
			DO UPDATE SET detail = CAST(CAST(audit.detail AS BIGINT) + 1 AS TEXT)`, domain.Day(now).UnixMilli())
		return err
	})
}

// notTried takes back a try whose password was never checked.
func (s *Store) notTried(ctx context.Context, counted tries) error {
	return s.tx(ctx, func(tx transaction) error {
		for name := range counted {
			if err := takeBack(ctx, tx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// renewal replaces a hash that has old parameters. An empty new hash means no renewal.
type renewal struct {
	userID    int64
	old, hash string
}

// forgive clears the failures of an account or device after a correct password, takes back the try counted for its
// networks, and renews the hash unless the password has changed since.
func (s *Store) forgive(ctx context.Context, counted tries, renew renewal) error {
	return s.tx(ctx, func(tx transaction) error {
		for name, free := range counted {
			var err error
			if free == freeFailures {
				_, err = tx.exec(ctx, `DELETE FROM throttles WHERE name = $1`, name)
			} else {
				err = takeBack(ctx, tx, name)
			}
			if err != nil {
				return err
			}
		}
		if renew.hash == "" {
			return nil
		}
		_, err := tx.exec(ctx, `UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3`,
			renew.hash, renew.userID, renew.old)
		return err
	})
}
