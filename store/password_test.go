package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"postrider/domain"
)

func TestPasswordHash(t *testing.T) {
	s := opened(t)
	in := domain.SignUp{Email: "ann@example.com", Password: password, Language: "en", TimeZone: "UTC"}
	u, err := s.AddUser(t.Context(), in, domain.RoleUser, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	today := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	t.Run("is argon2id with 19 MiB, two passes and one thread, in PHC format", func(t *testing.T) {
		if hash := s.kept(t, u.Email); !today.MatchString(hash) {
			t.Errorf("it is %q", hash)
		}
	})
	t.Run("has a new salt each time", func(t *testing.T) {
		one, err := s.hashPassword(t.Context(), stranger, password)
		two, err2 := s.hashPassword(t.Context(), stranger, password)
		if one == two || err != nil || err2 != nil {
			t.Errorf("%q twice; %v, %v", one, err, err2)
		}
	})
	for name, old := range map[string]passwordHash{
		"less memory":     {HashCost: HashCost{8192, 2}, threads: 1, salt: make([]byte, 16), key: make([]byte, 32)},
		"fewer passes":    {HashCost: HashCost{19456, 1}, threads: 1, salt: make([]byte, 16), key: make([]byte, 32)},
		"more threads":    {HashCost: HashCost{19456, 2}, threads: 4, salt: make([]byte, 16), key: make([]byte, 32)},
		"a shorter salt":  {HashCost: HashCost{19456, 2}, threads: 1, salt: make([]byte, 8), key: make([]byte, 32)},
		"another key":     {HashCost: HashCost{19456, 2}, threads: 1, salt: make([]byte, 16), key: make([]byte, 64)},
		"everything else": {HashCost: HashCost{65536, 3}, threads: 4, salt: make([]byte, 12), key: make([]byte, 24)},
	} {
		t.Run("made with "+name+" still opens, and is renewed at the next sign-in", func(t *testing.T) {
			old.key = argon2.IDKey([]byte(password), old.salt, old.Passes, old.Memory, old.threads, uint32(len(old.key)))
			if _, err := s.write.exec(t.Context(), `UPDATE users SET password_hash = $1`, old.String()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SignIn(t.Context(), Origin{Address: "::1"}, u.Email, "another password", time.Now()); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("a wrong password: %v", err)
			}
			if hash := s.kept(t, u.Email); hash != old.String() {
				t.Errorf("a wrong password made it %q", hash)
			}
			if _, err := s.SignIn(t.Context(), Origin{Address: "::1"}, u.Email, password, time.Now()); err != nil {
				t.Fatal(err)
			}
			if hash := s.kept(t, u.Email); !today.MatchString(hash) {
				t.Errorf("it is %q", hash)
			}
			if _, err := s.SignIn(t.Context(), Origin{Address: "::1"}, u.Email, password, time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("does not come back if the password is changed while it is being renewed", func(t *testing.T) {
		if err := s.forgive(t.Context(), tries{"account:x": freeFailures}, renewal{u.ID, "an older hash", "the renewed one"}); err != nil {
			t.Fatal(err)
		}
		if hash := s.kept(t, u.Email); !today.MatchString(hash) {
			t.Errorf("it is %q", hash)
		}
	})
	for _, damaged := range []string{"x", "$argon2id$v=19$m=1,t=1,p=1$AA", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=18$m=19456,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=0$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$",
		"$argon2id$v=19$m=19456,t=2,p=1$#$AAAA", strings.Repeat("$", 5)} {
		t.Run("never matches when it is "+damaged, func(t *testing.T) {
			if fits, _, err := s.checkPassword(t.Context(), stranger, "", damaged); fits || err == nil {
				t.Errorf("%v, %v", fits, err)
			}
		})
	}
}

// turn gets a slot for who and runs do when its turn comes.
func turn(ctx context.Context, h *hashing, who string, do func()) error {
	p, err := h.acquire(who)
	if err != nil {
		return err
	}
	defer p.release()
	return p.turn(ctx, do)
}

func TestHashesAtOnce(t *testing.T) {
	// flood makes many requests at once, and returns the peak number running, and how many were served and turned away.
	flood := func(t *testing.T, h *hashing, many, tooMany int, who func(i int) string) (most, done, busy int32) {
		hold := make(chan struct{})
		var inside, peak, turned, came atomic.Int32
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				err := turn(t.Context(), h, who(i), func() {
					peak.Store(max(peak.Load(), inside.Add(1)))
					<-hold
					inside.Add(-1)
				})
				if errors.Is(err, ErrBusy) && int(turned.Add(1)) == tooMany {
					close(hold)
				} else if err == nil {
					came.Add(1)
				}
			})
		}
		all.Wait()
		return peak.Load(), came.Load(), turned.Load()
	}
	t.Run("are two for known users, thirty wait, and more are turned away", func(t *testing.T) {
		most, done, busy := flood(t, newHashing(), maxHashes+maxWaiting+20, 20, func(i int) string { return fmt.Sprint("user", i) })
		if most > maxHashes || busy != 20 || done != maxHashes+maxWaiting {
			t.Errorf("%d at once, %d done, %d turned away", most, done, busy)
		}
	})
	t.Run("are one for strangers, thirty wait, and more are turned away", func(t *testing.T) {
		most, done, busy := flood(t, newHashing(), maxStrangers+maxWaiting+20, 20, func(int) string { return stranger })
		if most > maxStrangers || busy != 20 || done != maxStrangers+maxWaiting {
			t.Errorf("%d at once, %d done, %d turned away", most, done, busy)
		}
	})
	t.Run("of one account are limited to its share", func(t *testing.T) {
		h := newHashing()
		_, done, busy := flood(t, h, 40, 40-maxPerAccount, func(int) string { return "rival" })
		if done != maxPerAccount || busy != 40-maxPerAccount || len(h.accounts) != 0 {
			t.Errorf("%d done, %d turned away, %v left", done, busy, h.accounts)
		}
	})
	t.Run("keep a slot for known users while strangers hold theirs", func(t *testing.T) {
		h, hold := newHashing(), make(chan struct{})
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() { _ = turn(t.Context(), h, stranger, func() { <-hold }) })
		}
		for len(h.strangers.slots) < cap(h.strangers.slots) || len(h.everybody.turns) == 0 {
			runtime.Gosched()
		}
		for range 10 {
			if err := turn(t.Context(), h, "ann@example.com", func() {}); err != nil {
				t.Error(err)
			}
		}
		close(hold)
		all.Wait()
	})
	t.Run("never wait for ever, and leave the queue when cancelled", func(t *testing.T) {
		for _, who := range []string{stranger, "ann@example.com"} {
			h := newHashing()
			h.patience = time.Millisecond
			for range maxHashes {
				h.everybody.turns <- struct{}{}
			}
			for range 2 * maxWaiting {
				if err := turn(t.Context(), h, who, func() { t.Error("it was nobody's turn") }); !errors.Is(err, ErrBusy) {
					t.Fatalf("got %v", err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			h.patience = time.Hour
			if err := turn(ctx, h, who, func() {}); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
	})
	t.Run("a try whose password was not checked is not counted", func(t *testing.T) {
		s := opened(t)
		for range cap(s.hashing.strangers.slots) {
			s.hashing.strangers.slots <- struct{}{}
		}
		for range 3 * freeFailures {
			if _, err := s.SignIn(t.Context(), Origin{Address: "::1"}, "ann@example.com", password, time.Now()); !errors.Is(err, ErrBusy) {
				t.Fatal(err)
			}
		}
		var counted int
		if err := s.read.row(t.Context(), `SELECT count(*) FROM throttles WHERE failures > 0`).Scan(&counted); err != nil || counted != 0 {
			t.Errorf("%d names are counted, %v", counted, err)
		}
		for range cap(s.hashing.strangers.slots) {
			s.hashing.strangers.release()
		}
		s.hashing.patience = time.Millisecond
		for range maxHashes {
			s.hashing.everybody.turns <- struct{}{}
		}
		for range 3 * freeFailures {
			if _, err := s.SignIn(t.Context(), Origin{Address: "::1"}, "ann@example.com", password, time.Now()); !errors.Is(err, ErrBusy) {
				t.Fatal(err)
			}
		}
	})
}
