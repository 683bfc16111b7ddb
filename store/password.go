package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id, as OWASP's password storage cheat sheet gives them. Hashes with others are renewed at the
// next sign-in.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// How many passwords are hashed at once, how many wait for that, and how long. Each hash takes 19 MiB; a flood of sign-ins
// is turned away at the door.
const (
	maxHashes    = 2
	maxWaiting   = 30
	hashPatience = 10 * time.Second
)

// ErrBusy says that too many passwords are being checked at once. A few seconds later it may be over.
var ErrBusy = errors.New("too many passwords are being checked at once")

// hashing are the places of those whose password is being hashed, and of those and the ones who wait for it.
type hashing struct {
	now, all chan struct{}
	patience time.Duration
}

func newHashing() hashing {
	return hashing{now: make(chan struct{}, maxHashes), all: make(chan struct{}, maxHashes+maxWaiting), patience: hashPatience}
}

// turn runs do when it is its turn; ErrBusy when that would take too long.
func (h hashing) turn(ctx context.Context, do func()) error {
	select {
	case h.all <- struct{}{}:
		defer func() { <-h.all }()
	default:
		return ErrBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, h.patience, ErrBusy)
	defer cancel()
	select {
	case h.now <- struct{}{}:
		defer func() { <-h.now }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	do()
	return nil
}

// passwordHash is what is kept of a password.
type passwordHash struct {
	memory, time uint32 // KiB, passes
	threads      uint8
	salt, key    []byte
}

// hashPassword returns the hash of a password in PHC form. It waits for its turn, or returns ErrBusy.
func (s *Store) hashPassword(ctx context.Context, password string) (string, error) {
	h := passwordHash{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, argonSalt)}
	_, _ = rand.Read(h.salt) // never fails
	if err := s.hashing.turn(ctx, func() { h.key = h.argon(password, argonKey) }); err != nil {
		return "", err
	}
	return h.String(), nil
}

func (h passwordHash) argon(password string, length int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(length))
}

// String is the PHC form.
func (h passwordHash) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads, b64(h.salt), b64(h.key))
}

func parseHash(phc string) (h passwordHash, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errors.New("password hash: not one of argon2id")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil || h.time < 1 || h.threads < 1 {
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

// old reports whether the hash was made with other parameters than today's.
func (h passwordHash) old() bool {
	return h.memory != argonMemory || h.time != argonTime || h.threads != argonThreads || len(h.salt) != argonSalt || len(h.key) != argonKey
}

// checkPassword compares a password with a hash in PHC form, and says whether the hash should be renewed. An empty
// hash costs the same time and never fits, so that an unknown account answers like a known one.
func (s *Store) checkPassword(ctx context.Context, password, phc string) (fits, old bool, err error) {
	h := passwordHash{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, argonSalt), key: make([]byte, argonKey)}
	if phc != "" {
		if h, err = parseHash(phc); err != nil {
			return false, false, err
		}
	}
	var got []byte
	if err := s.hashing.turn(ctx, func() { got = h.argon(password, len(h.key)) }); err != nil {
		return false, false, err
	}
	return phc != "" && subtle.ConstantTimeCompare(got, h.key) == 1, h.old(), nil
}
