package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// spam is a database in which a mailing from owner@example.com's team to many clients is due now, and boss@example.com is a manager.
type spam struct {
	path          string
	owner, boss   domain.User
	mailing       domain.Mailing
	relay         *mailtest.Server
	program       *program
	ownersBrowser *plain
	bossBrowser   *plain
}

func sendSpam(t *testing.T, letters int) spam {
	t.Helper()
	s := spam{path: filepath.Join(t.TempDir(), "postrider.db")}
	s.within(t, func(db *store.Store, now time.Time) {
		s.owner, s.boss = storetest.User(t, db, "owner@example.com"), storetest.User(t, db, "boss@example.com")
		if _, err := db.SetRole(t.Context(), domain.Actor{}, s.boss.ID, domain.RoleManager, now); err != nil {
			t.Fatal(err)
		}
	})
	if err := storetest.AddClients(t.Context(), s.path, s.owner.TeamID, letters, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.relay = mailtest.New(t, mailtest.Config{Lean: true, Script: mailtest.Slow(2 * time.Millisecond)})
	s.program = serve(t, "--db", s.path, "--smtp", s.relay.URL(), "--tick", "100ms")
	s.ownersBrowser, s.bossBrowser = signedIn(t, s.program.url, s.owner.Email), signedIn(t, s.program.url, s.boss.Email)
	s.within(t, func(db *store.Store, now time.Time) {
		s.mailing = storetest.Mailing(t, db, s.owner.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), "", "UTC", domain.Daily)
	})
	s.relay.WaitFor(min(200, letters), patience)
	return s
}

// within changes the database, which a program may have open as well.
func (s spam) within(t *testing.T, change func(*store.Store, time.Time)) {
	t.Helper()
	db, err := store.Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	change(db, time.Now())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func signedIn(t *testing.T, base, email string) *plain {
	t.Helper()
	b := stranger(t, base, locale.English)
	b.get("/login").send("/login", map[string]string{"email": email, "password": storetest.Password}).says(200, "Sign out")
	return b
}

// answered fills in a form and returns when its answer arrived, before the page it redirects to.
func (b *plain) answered(page, action string, typed map[string]string) (at time.Time) {
	b.t.Helper()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { at = time.Now(); return nil }
	b.get(page).send(action, typed).says(200)
	b.client.CheckRedirect = nil
	if at.IsZero() {
		b.t.Fatalf("%s did not lead anywhere", action)
	}
	return at
}

func TestBlocking(t *testing.T) {
	const letters = 10_000
	reason := map[string]string{"reason": spamReason}
	for name, stop := range map[string]func(t *testing.T, s spam) time.Time{
		"a manager blocks the user": func(t *testing.T, s spam) time.Time {
			page := fmt.Sprintf("/users/%d", s.owner.ID)
			return s.bossBrowser.answered(page, page+"/block", reason)
		},
		"a manager disables the mailing": func(t *testing.T, s spam) time.Time {
			page := fmt.Sprintf("/mailings/%d", s.mailing.ID)
			return s.bossBrowser.answered(page, page+"/disable", reason)
		},
		"the command blocks the user": func(t *testing.T, s spam) time.Time {
			_, stderr, status := command(t, "user", "block", s.owner.Email, "--reason", reason["reason"], "--db", s.path)
			if status != 0 {
				t.Fatalf("it exited %d: %s", status, stderr)
			}
			return time.Now()
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sendSpam(t, letters)
			blocked := strings.Contains(name, "blocks")
			at := stop(t, s)
			s.seenByOwner(t, blocked)
			out := time.Since(at)
			s.bossBrowser.get(fmt.Sprintf("/mailings/%d", s.mailing.ID)).says(200, "Cancelled")
			shown := time.Since(at)
			run := waitForRun(t, s.path, s.mailing)
			over := time.Since(at)
			late := s.lettersAfter(t, at)
			if n := s.relay.Count(); n >= letters || run.State != domain.RunCancelled || run.Counts.Sent != n {
				t.Errorf("%d letters went, the run is %s with %+v", n, run.State, run.Counts)
			}
			t.Logf("%d of %d letters, %d of them after the answer; from it to the owner's next page %v, the run's page %v, the run over %v",
				s.relay.Count(), letters, late, out, shown, over)
			s.staysStopped(t, blocked)
		})
	}
}

// lettersAfter counts the letters whose final dot came after that time, at most one per connection.
func (s spam) lettersAfter(t *testing.T, at time.Time) (late int) {
	t.Helper()
	of := map[int]int{}
	for _, l := range s.relay.Letters() {
		if l.At.After(at) {
			of[l.Conn]++
			late++
		}
	}
	for conn, n := range of {
		if n > 1 {
			t.Errorf("%d letters went over connection %d after the answer", n, conn)
		}
	}
	if late > connections {
		t.Errorf("%d letters went after the answer, over %d connections", late, connections)
	}
	return late
}

// seenByOwner checks what the owner's open browser shows next.
func (s spam) seenByOwner(t *testing.T, blocked bool) {
	t.Helper()
	page := s.ownersBrowser.get(fmt.Sprintf("/mailings/%d", s.mailing.ID))
	if out := page.url.Path == "/login"; out != blocked {
		t.Errorf("the owner is at %s: %s", page.url, page.text())
	}
	if !blocked {
		page.says(200, spamReason, s.boss.Email)
	}
}

// staysStopped kills and restarts the program, with another user's mailing to show that it sends. The owner is still blocked, or the
// mailing still disabled.
func (s spam) staysStopped(t *testing.T, blocked bool) {
	t.Helper()
	s.program.signal(syscall.SIGKILL)
	<-s.program.done
	before := s.relay.Count()
	s.within(t, func(db *store.Store, now time.Time) {
		other := storetest.User(t, db, "other@example.com")
		storetest.Client(t, db, other.TeamID, "friend@example.com")
		storetest.Mailing(t, db, other.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), "", "UTC", domain.Once)
	})
	again := serve(t, "--db", s.path, "--smtp", s.relay.URL(), "--tick", "100ms")
	s.relay.WaitFor(before+1, patience)
	if blocked {
		login := map[string]string{"email": s.owner.Email, "password": storetest.Password}
		stranger(t, again.url, locale.English).get("/login").send("/login", login).
			says(422, "This account is blocked. Reason: "+spamReason)
	} else {
		signedIn(t, again.url, s.owner.Email).get(fmt.Sprintf("/mailings/%d", s.mailing.ID)).says(200, "Disabled by "+s.boss.Email)
	}
	again.stop()
	if all := s.relay.Letters(); len(all) != before+1 || all[before].To != "friend@example.com" {
		t.Errorf("after the restart %d letters went, one to %s", len(all)-before, all[before].To)
	}
}
