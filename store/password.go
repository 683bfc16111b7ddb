package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"postrider/domain"
)

// confirmPassword checks the password of somebody who is signed in, and returns its hash. Invalid says at the field that
// it is wrong, TooMany to wait: who finds an open browser shall not guess for long, nor shut its owner out by guessing.
func (s *Store) confirmPassword(ctx context.Context, by domain.Actor, field, password string, now time.Time) (hash string, err error) {
	name := insideTries + strconv.FormatInt(by.ID, 10)
	if err := s.try(ctx, tries{name: freeFailures}, now); err != nil {
		return "", err
	}
	err = s.read.row(ctx, `SELECT password_hash FROM users WHERE id = $1`, by.ID).Scan(&hash)
	if err != nil {
		return "", mapError(err)
	}
	fits, _, err := s.checkPassword(ctx, accountKey(by.Email), password, hash)
	if errors.Is(err, ErrBusy) {
		return "", errors.Join(err, s.notTried(ctx, tries{name: freeFailures}))
	}
	if err != nil {
		return "", err
	}
	if !fits {
		return "", errors.Join(domain.Invalid{field: domain.Say("This isn't your password.")}, s.notePasswordWrong(ctx, by, now))
	}
	return hash, s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `DELETE FROM throttles WHERE name = $1`, name)
		return err
	})
}

// insideTries begins the name of what somebody who is signed in has tried on the own password.
const insideTries = "inside:"

func (s *Store) notePasswordWrong(ctx context.Context, by domain.Actor, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		return insertAudit(ctx, tx, by, domain.AuditPasswordWrong, by.Email, "", now)
	})
}

// NewPassword is what a change of the password needs.
type NewPassword struct {
	Current, Password string
	Session, Fresh    string // the id of the session that stays, and the one that it gets
}

// ChangePassword gives a user who is signed in another password. All other sessions end, the own one gets a fresh id, and
// letters with tokens become worth nothing. Invalid says what is wrong, also with the current password; TooMany to wait.
func (s *Store) ChangePassword(ctx context.Context, by domain.Actor, in NewPassword, now time.Time) error {
	if why, ok := domain.CheckPassword(in.Password); !ok {
		return domain.Invalid{"password": why}
	}
	old, err := s.confirmPassword(ctx, by, "current", in.Current, now)
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, accountKey(by.Email), in.Password)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx transaction) error {
		changed, err := changes(tx.exec(ctx, `UPDATE users SET password_hash = $1, password_at = $2
			WHERE id = $3 AND password_hash = $4`, hash, now.UnixMilli(), by.ID, old))
		if err == nil && !changed {
			err = domain.ErrConflict
		}
		if err != nil {
			return err
		}
		kept, err := changes(tx.exec(ctx, `UPDATE sessions SET hash = $1 WHERE hash = $2 AND user_id = $3`,
			hashOf(in.Fresh), hashOf(in.Session), by.ID))
		if err == nil && !kept {
			err = domain.ErrNotFound // it has been ended meanwhile
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND hash <> $2`, by.ID, hashOf(in.Fresh))
		if err != nil {
			return err
		}
		if err := voidTokens(ctx, tx, by.ID); err != nil {
			return err
		}
		return insertAudit(ctx, tx, by, domain.AuditPasswordChange, by.Email, "", now)
	})
}

// ResetPassword uses up a token and gives its user another password. All sessions of the user end, other letters with
// tokens become worth nothing, and the address is confirmed, because that is where the letter was read. ErrNotFound when
// the token is unknown, used or too old; Invalid says what is wrong with the password, and leaves the token usable.
func (s *Store) ResetPassword(ctx context.Context, by domain.Actor, token, password string, now time.Time) (u domain.User, err error) {
	if err := s.TokenUsable(ctx, domain.TokenReset, token, now); err != nil {
		return u, err
	}
	if why, ok := domain.CheckPassword(password); !ok {
		return u, domain.Invalid{"password": why}
	}
	hash, err := s.hashPassword(ctx, stranger, password)
	if err != nil {
		return u, err
	}
	err = s.tx(ctx, func(tx transaction) error {
		u, _, err = useToken(ctx, tx, domain.TokenReset, token, now)
		if err != nil {
			return err
		}
		if u, err = s.confirmed(ctx, tx, by, u.ID, hash, now); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM throttles WHERE name = $1`, accountTries+accountKey(u.Email)); err != nil {
			return err
		}
		by.ID, by.Email = u.ID, u.Email
		return insertAudit(ctx, tx, by, domain.AuditPasswordReset, u.Email, "", now)
	})
	return u, err
}

// HashCost is what argon2id takes for one password.
type HashCost struct {
	Memory uint32 // KiB
	Passes uint32
}

// owaspCost is the cost of new hashes, as OWASP's password storage cheat sheet gives it.
var owaspCost = HashCost{Memory: 19 * 1024, Passes: 2}

// The other parameters of argon2id, as the cheat sheet gives them. Hashes with others are renewed at the
// next sign-in.
//
// They are written and read here because the one library for that form, alexedwards/argon2id, has had no release since 2023.
const (
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// How many passwords are hashed at once, how many wait for that, and how long. Each hash takes 19 MiB; a flood of sign-ins
// is turned away at the door. Strangers have a queue of their own, which leaves a place for those whom we know, and no
// account of those takes all their places.
const (
	maxHashes     = 2
	maxStrangers  = 1
	maxWaiting    = 30
	maxPerAccount = 4 // at work or waiting
	hashPatience  = 10 * time.Second
	stranger      = "" // whose account is not known to be the one of who asks
	thisProgram   = "the program"
)

// ErrBusy says that too many passwords are being checked at once. A few seconds later it may be over.
var ErrBusy = errors.New("too many passwords are being checked at once")

// hashing hashes few passwords at once. Strangers go through two queues, the others through the second alone.
type hashing struct {
	strangers, everybody queue
	patience             time.Duration

	mu       sync.Mutex
	accounts map[string]int // how many places each known one has
}

func newHashing() *hashing {
	return &hashing{strangers: newQueue(maxStrangers), everybody: newQueue(maxHashes), patience: hashPatience, accounts: map[string]int{}}
}

// place is one of somebody whose password is being hashed, or who waits for that. It is given back with leave.
type place struct {
	h     *hashing
	who   string
	leave func()
}

// come gives who a place at once, or ErrBusy.
func (h *hashing) come(who string) (place, error) {
	p := place{h: h, who: who, leave: h.strangers.leave}
	if who == stranger {
		return p, h.strangers.come()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.accounts[who] >= maxPerAccount {
		return p, ErrBusy
	}
	h.accounts[who]++
	p.leave = func() { h.gone(who) }
	if err := h.everybody.come(); err != nil {
		h.forget(who)
		return p, err
	}
	return p, nil
}

func (h *hashing) gone(who string) {
	h.everybody.leave()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(who)
}

func (h *hashing) forget(who string) {
	if h.accounts[who]--; h.accounts[who] == 0 {
		delete(h.accounts, who)
	}
}

// turn runs do when it is the turn of the place; ErrBusy when that would take too long.
func (p place) turn(ctx context.Context, do func()) error {
	ctx, cancel := context.WithTimeoutCause(ctx, p.h.patience, ErrBusy)
	defer cancel()
	if p.who != stranger {
		return p.h.everybody.turn(ctx, do)
	}
	var inner error
	err := p.h.strangers.turn(ctx, func() { inner = p.h.everybody.turn(ctx, do) })
	return errors.Join(err, inner)
}

// queue are the turns of those who are at work, and the places of those and the ones who wait.
type queue struct{ turns, places chan struct{} }

func newQueue(atOnce int) queue {
	return queue{turns: make(chan struct{}, atOnce), places: make(chan struct{}, atOnce+maxWaiting)}
}

func (q queue) come() error {
	select {
	case q.places <- struct{}{}:
		return nil
	default:
		return ErrBusy
	}
}

func (q queue) leave() { <-q.places }

// turn runs do when it may, or returns the cause of why ctx is done.
func (q queue) turn(ctx context.Context, do func()) error {
	select {
	case q.turns <- struct{}{}:
		defer func() { <-q.turns }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	do()
	return nil
}

// passwordHash is what is kept of a password.
type passwordHash struct {
	HashCost
	threads   uint8
	salt, key []byte
}

// hashPassword returns the hash of a password in PHC form. It waits for the turn of who, an account or a stranger, or returns
// ErrBusy.
func (s *Store) hashPassword(ctx context.Context, who, password string) (string, error) {
	p, err := s.hashing.come(who)
	if err != nil {
		return "", err
	}
	defer p.leave()
	h := s.newHash()
	_, _ = rand.Read(h.salt) // never fails
	if err := p.turn(ctx, func() { h.key = h.argon(password, argonKey) }); err != nil {
		return "", err
	}
	return h.String(), nil
}

// newHash has the parameters of today and no key yet.
func (s *Store) newHash() passwordHash {
	cost := s.HashCost
	if cost == (HashCost{}) {
		cost = owaspCost
	}
	return passwordHash{HashCost: cost, threads: argonThreads, salt: make([]byte, argonSalt)}
}

func (h passwordHash) argon(password string, length int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.Passes, h.Memory, h.threads, uint32(length))
}

// String is the PHC form.
func (h passwordHash) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.Memory, h.Passes, h.threads, b64(h.salt), b64(h.key))
}

func parseHash(phc string) (h passwordHash, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errors.New("password hash: not one of argon2id")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.Memory, &h.Passes, &h.threads); err != nil || h.Passes < 1 || h.threads < 1 {
		return h, errors.New("password hash: wrong parameters")
	}
	var wrongSalt, wrongKey error
	h.salt, wrongSalt = base64.RawStdEncoding.DecodeString(parts[4])
	h.key, wrongKey = base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(wrongSalt, wrongKey); err != nil || len(h.key) == 0 {
		return h, errors.New("password hash: damaged")
	}
	return h, nil
}

// like reports whether two hashes were made with the same parameters.
func (h passwordHash) like(other passwordHash) bool {
	return h.HashCost == other.HashCost && h.threads == other.threads && len(h.salt) == len(other.salt) && len(h.key) == len(other.key)
}

// checkPassword compares a password with a hash in PHC form, and says whether the hash should be renewed. An empty
// hash costs the same time and never fits, so that an unknown account answers like a known one.
func (s *Store) checkPassword(ctx context.Context, who, password, phc string) (fits, old bool, err error) {
	p, err := s.hashing.come(who)
	if err != nil {
		return false, false, err
	}
	defer p.leave()
	return s.check(ctx, p, password, phc)
}

// check is checkPassword for somebody who has a place already.
func (s *Store) check(ctx context.Context, p place, password, phc string) (fits, old bool, err error) {
	today := s.newHash()
	today.key = make([]byte, argonKey)
	h := today
	if phc != "" {
		if h, err = parseHash(phc); err != nil {
			return false, false, err
		}
	}
	var got []byte
	if err := p.turn(ctx, func() { got = h.argon(password, len(h.key)) }); err != nil {
		return false, false, err
	}
	return phc != "" && subtle.ConstantTimeCompare(got, h.key) == 1, !h.like(today), nil
}
