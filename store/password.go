package store

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id, as OWASP's password storage cheat sheet gives them. Hashes with others are renewed at the
// next sign-in.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32 // bytes
	maxHashes    = 2  // at once: each takes 19 MiB
)

// hashPassword returns the hash in PHC form. It waits for its turn.
func (s *Store) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	key, err := s.argon(ctx, password, salt, argonTime, argonMemory)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key)), nil
}

func (s *Store) argon(ctx context.Context, password string, salt []byte, time, memory uint32) ([]byte, error) {
	select {
	case s.hashes <- struct{}{}:
		defer func() { <-s.hashes }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, time, memory, argonThreads, argonKey), nil
}

// checkPassword compares a password with a hash in PHC form, and says whether the hash should be renewed. An empty
// hash costs the same time and never fits, so that an unknown account answers like a known one.
func (s *Store) checkPassword(ctx context.Context, password, hash string) (fits, old bool, err error) {
	var version int
	var memory, time, threads uint32
	salt, key := make([]byte, 16), make([]byte, argonKey)
	parts := strings.Split(hash, "$")
	known := len(parts) == 6
	if known {
		if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
			return false, false, fmt.Errorf("password hash: %w", err)
		}
		if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
			return false, false, fmt.Errorf("password hash: %w", err)
		}
		if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
			return false, false, fmt.Errorf("password hash: %w", err)
		}
	} else {
		memory, time = argonMemory, argonTime
	}
	got, err := s.argon(ctx, password, salt, time, memory)
	if err != nil {
		return false, false, err
	}
	fits = subtle.ConstantTimeCompare(got, key) == 1 && known
	return fits, memory != argonMemory || time != argonTime, nil
}
