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

// confirmPassword checks the password of a signed-in user, and returns its hash. Invalid, on that field, means that it
// is wrong; TooMany means wait: someone at an open browser must not be able to guess for long, nor lock the owner out
// by guessing.
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

// insideTries is the prefix of the counter of a signed-in user's tries of their own password.
const insideTries = "inside:"

func (s *Store) notePasswordWrong(ctx context.Context, by domain.Actor, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error {
		return insertAudit(ctx, tx, by, domain.AuditPasswordWrong, by.Email, "", now)
	})
}

// NewPassword is what a change of password needs.
type NewPassword struct {
	Current, Password string
	Session, Fresh    string // the id of the session that stays, and its new id
}

// ChangePassword changes the password of a signed-in user. All other sessions end, the current one gets a new id, and
// tokens become void. Invalid says what is wrong, including with the current password; TooMany means wait.
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
			err = domain.ErrNotFound // it has been ended since
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

// ResetPassword uses up a token and changes its user's password. All sessions of the user end, other tokens become
// void, and the address counts as confirmed, because the letter was read there. ErrNotFound means that the token is
// unknown, used or expired; Invalid says what is wrong with the password, and the token stays usable.
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

// HashCost is what argon2id uses for one password.
type HashCost struct {
	Memory uint32 // KiB
	Passes uint32
}

// owaspCost is the cost of new hashes, from OWASP's password storage cheat sheet.
var owaspCost = HashCost{Memory: 19 * 1024, Passes: 2}

// The other parameters of argon2id, from the same cheat sheet. Hashes with other parameters are renewed at the next
// sign-in.
//
// They are formatted and parsed here because the only library for this format, alexedwards/argon2id, has had no release
// since 2023.
const (
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// How many passwords are hashed at once, how many more may wait, and how long. Each hash takes 19 MiB, so a flood of
// sign-ins is turned away at once. Strangers have a queue of their own, which always leaves a slot for known users, and
// no known account can take all slots.
const (
	maxHashes     = 2
	maxStrangers  = 1
	maxWaiting    = 30
	maxPerAccount = 4 // running or waiting
	hashPatience  = 10 * time.Second
	stranger      = "" // someone not known to own the account
	thisProgram   = "the program"
)

// ErrBusy means that too many passwords are being checked right now. A retry after a few seconds may succeed.
var ErrBusy = errors.New("too many passwords are being checked at once")

// hashing limits how many passwords are hashed at once. Strangers go through two queues, known users only through the
// second.
type hashing struct {
	strangers, everybody queue
	patience             time.Duration

	mu       sync.Mutex
	accounts map[string]int // slots in use by each known account
}

func newHashing() *hashing {
	return &hashing{strangers: newQueue(maxStrangers), everybody: newQueue(maxHashes), patience: hashPatience, accounts: map[string]int{}}
}

// slot is the slot of someone whose password is being hashed or waits for it. release returns it.
type slot struct {
	h       *hashing
	who     string
	release func()
}

// come returns a slot for who at once, or ErrBusy.
func (h *hashing) acquire(who string) (slot, error) {
	p := slot{h: h, who: who, release: h.strangers.release}
	if who == stranger {
		return p, h.strangers.acquire()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.accounts[who] >= maxPerAccount {
		return p, ErrBusy
	}
	h.accounts[who]++
	p.release = func() { h.releaseKnown(who) }
	if err := h.everybody.acquire(); err != nil {
		h.forget(who)
		return p, err
	}
	return p, nil
}

func (h *hashing) releaseKnown(who string) {
	h.everybody.release()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(who)
}

func (h *hashing) forget(who string) {
	if h.accounts[who]--; h.accounts[who] == 0 {
		delete(h.accounts, who)
	}
}

// turn runs do when the slot's turn comes; ErrBusy when that takes too long.
func (p slot) turn(ctx context.Context, do func()) error {
	ctx, cancel := context.WithTimeoutCause(ctx, p.h.patience, ErrBusy)
	defer cancel()
	if p.who != stranger {
		return p.h.everybody.turn(ctx, do)
	}
	var inner error
	err := p.h.strangers.turn(ctx, func() { inner = p.h.everybody.turn(ctx, do) })
	return errors.Join(err, inner)
}

// queue has turns for those being served, and slots for those and the waiting.
type queue struct{ turns, slots chan struct{} }

func newQueue(atOnce int) queue {
	return queue{turns: make(chan struct{}, atOnce), slots: make(chan struct{}, atOnce+maxWaiting)}
}

func (q queue) acquire() error {
	select {
	case q.slots <- struct{}{}:
		return nil
	default:
		return ErrBusy
	}
}

func (q queue) release() { <-q.slots }

// turn runs do when its turn comes, or returns the cause of ctx ending.
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

// passwordHash is what is stored of a password.
type passwordHash struct {
	HashCost
	threads   uint8
	salt, key []byte
}

// hashPassword returns the hash of a password in PHC format. It waits for the turn of who, an account or a stranger, or
// returns ErrBusy.
func (s *Store) hashPassword(ctx context.Context, who, password string) (string, error) {
	p, err := s.hashing.acquire(who)
	if err != nil {
		return "", err
	}
	defer p.release()
	h := s.newHash()
	_, _ = rand.Read(h.salt) // never fails
	if err := p.turn(ctx, func() { h.key = h.argon(password, argonKey) }); err != nil {
		return "", err
	}
	return h.String(), nil
}

// newHash has today's parameters and no key yet.
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

// String is the PHC format.
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

// like reports whether two hashes have the same parameters.
func (h passwordHash) like(other passwordHash) bool {
	return h.HashCost == other.HashCost && h.threads == other.threads && len(h.salt) == len(other.salt) && len(h.key) == len(other.key)
}

// checkPassword compares a password with a hash in PHC format, and says whether the hash should be renewed. An empty
// hash takes the same time and never matches, so that an unknown account answers like a known one.
func (s *Store) checkPassword(ctx context.Context, who, password, phc string) (fits, old bool, err error) {
	p, err := s.hashing.acquire(who)
	if err != nil {
		return false, false, err
	}
	defer p.release()
	return s.check(ctx, p, password, phc)
}

// check is checkPassword for a caller that already has a slot.
func (s *Store) check(ctx context.Context, p slot, password, phc string) (fits, old bool, err error) {
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
