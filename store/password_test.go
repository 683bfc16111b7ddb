package store

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"postrider/domain"
)

func opened(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// kept is the hash in the table.
func (s *Store) kept(t *testing.T, email string) (hash string) {
	t.Helper()
	if err := s.read.QueryRowContext(t.Context(), `SELECT password_hash FROM users WHERE email_key = $1`, email).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	return hash
}

const password = "correct horse battery"

func TestPasswordHash(t *testing.T) {
	s := opened(t)
	in := domain.SignUp{Email: "ann@example.com", Password: password, Language: "en", TimeZone: "UTC"}
	u, err := s.AddUser(t.Context(), in, domain.RoleUser, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	today := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	t.Run("is one of argon2id with 19 MiB, two passes and one thread, in PHC form", func(t *testing.T) {
		if hash := s.kept(t, u.Email); !today.MatchString(hash) {
			t.Errorf("it is %q", hash)
		}
	})
	t.Run("has a salt of its own each time", func(t *testing.T) {
		one, err := s.hashPassword(t.Context(), password)
		two, err2 := s.hashPassword(t.Context(), password)
		if one == two || err != nil || err2 != nil {
			t.Errorf("%q twice; %v, %v", one, err, err2)
		}
	})
	for name, old := range map[string]passwordHash{
		"less memory":     {memory: 8192, time: 2, threads: 1, salt: make([]byte, 16), key: make([]byte, 32)},
		"fewer passes":    {memory: 19456, time: 1, threads: 1, salt: make([]byte, 16), key: make([]byte, 32)},
		"more threads":    {memory: 19456, time: 2, threads: 4, salt: make([]byte, 16), key: make([]byte, 32)},
		"a shorter salt":  {memory: 19456, time: 2, threads: 1, salt: make([]byte, 8), key: make([]byte, 32)},
		"another key":     {memory: 19456, time: 2, threads: 1, salt: make([]byte, 16), key: make([]byte, 64)},
		"everything else": {memory: 65536, time: 3, threads: 4, salt: make([]byte, 12), key: make([]byte, 24)},
	} {
		t.Run("made with "+name+" still opens, and is renewed at the next sign-in", func(t *testing.T) {
			old.key = argon2.IDKey([]byte(password), old.salt, old.time, old.memory, old.threads, uint32(len(old.key)))
			if _, err := s.write.ExecContext(t.Context(), `UPDATE users SET password_hash = $1`, old.String()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SignIn(t.Context(), u.Email, "another password", "::1", time.Now()); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("a wrong password: %v", err)
			}
			if hash := s.kept(t, u.Email); hash != old.String() {
				t.Errorf("a wrong password made it %q", hash)
			}
			if _, err := s.SignIn(t.Context(), u.Email, password, "::1", time.Now()); err != nil {
				t.Fatal(err)
			}
			if hash := s.kept(t, u.Email); !today.MatchString(hash) {
				t.Errorf("it is %q", hash)
			}
			if _, err := s.SignIn(t.Context(), u.Email, password, "::1", time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("does not come back when the password is changed while it is renewed", func(t *testing.T) {
		if err := s.forgive(t.Context(), "account:x", "address:x", renewal{u.ID, "an older hash", "the renewed one"}); err != nil {
			t.Fatal(err)
		}
		if hash := s.kept(t, u.Email); !today.MatchString(hash) {
			t.Errorf("it is %q", hash)
		}
	})
	for _, damaged := range []string{"x", "$argon2id$v=19$m=1,t=1,p=1$AA", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=18$m=19456,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=0$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$",
		"$argon2id$v=19$m=19456,t=2,p=1$#$AAAA", strings.Repeat("$", 5)} {
		t.Run("is never fitting when it is "+damaged, func(t *testing.T) {
			if fits, _, err := s.checkPassword(t.Context(), "", damaged); fits || err == nil {
				t.Errorf("%v, %v", fits, err)
			}
		})
	}
}

func TestHashesAtOnce(t *testing.T) {
	t.Run("are two, thirty wait, and more are turned away", func(t *testing.T) {
		h, hold := newHashing(), make(chan struct{})
		var inside, most, busy, done atomic.Int32
		var all sync.WaitGroup
		for range maxHashes + maxWaiting + 20 {
			all.Go(func() {
				err := h.turn(t.Context(), func() {
					most.Store(max(most.Load(), inside.Add(1)))
					<-hold
					inside.Add(-1)
				})
				if errors.Is(err, ErrBusy) && busy.Add(1) == 20 {
					close(hold)
				} else if err == nil {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if most.Load() > maxHashes || busy.Load() != 20 || done.Load() != maxHashes+maxWaiting {
			t.Errorf("%d at once, %d done, %d turned away", most.Load(), done.Load(), busy.Load())
		}
	})
	t.Run("nobody waits for ever, and whoever gives up leaves the queue", func(t *testing.T) {
		h := newHashing()
		h.patience = time.Millisecond
		for range maxHashes {
			h.now <- struct{}{}
		}
		for range 2 * maxWaiting {
			if err := h.turn(t.Context(), func() { t.Error("it was nobody's turn") }); !errors.Is(err, ErrBusy) {
				t.Fatalf("got %v", err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		h.patience = time.Hour
		if err := h.turn(ctx, func() {}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a try whose password was not looked at is not counted", func(t *testing.T) {
		s := opened(t)
		for range cap(s.hashing.all) {
			s.hashing.all <- struct{}{}
		}
		for range 3 * freeFailures {
			if _, err := s.SignIn(t.Context(), "ann@example.com", password, "::1", time.Now()); !errors.Is(err, ErrBusy) {
				t.Fatal(err)
			}
		}
	})
}
