package store_test

import (
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

const sender = "Postrider <postrider@example.com>"

// team makes a user with n clients.
func team(t *testing.T, s *store.Store, email string, n int) domain.User {
	t.Helper()
	u := storetest.User(t, s, email)
	for i := range n {
		storetest.Client(t, s, u.TeamID, fmt.Sprintf("c%04d@example.com", i))
	}
	return u
}

// begin starts what is due and freezes all recipients.
func begin(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	if _, err := s.StartDue(t.Context(), sender, at); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.Freeze(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
}

func runs(t *testing.T, s *store.Store, mailingID int64) []domain.Run {
	t.Helper()
	all, err := s.Runs(t.Context(), mailingID, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// latest is the id of the latest run of a mailing, 0 for none.
func latest(t *testing.T, s *store.Store, mailingID int64) int64 {
	t.Helper()
	if all := runs(t, s, mailingID); len(all) > 0 {
		return all[0].ID
	}
	return 0
}

func status(t *testing.T, s *store.Store, id int64) domain.Status {
	t.Helper()
	m, err := s.Mailing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m.Status
}

// end gives a claimed delivery an outcome, after it was cleared to go. What is uncertain was so before, and is now unknown.
func end(t *testing.T, s *store.Store, c store.Claimed, outcome domain.Outcome, at time.Time) {
	t.Helper()
	cleared, _, err := s.Commit(t.Context(), nil, []store.Claimed{c}, at)
	if err != nil || !cleared[c.ID] {
		t.Fatalf("delivery %d was not cleared: %v", c.ID, err)
	}
	res := domain.Result{Stage: domain.StageRcpt, Outcome: outcome, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "words of the relay"}}
	if outcome == domain.OutcomeUncertain {
		c.Uncertain = 1
	}
	_, _, err = s.Commit(t.Context(), []store.Done{{Claimed: c, At: at, Result: res, Spread: 0.5}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, s *store.Store, epoch int64, limit int, at time.Time) []store.Claimed {
	t.Helper()
	all, err := s.Claim(t.Context(), epoch, limit, at)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func signUp(t *testing.T, s *store.Store, email, token string) {
	t.Helper()
	signUpAt(t, s, email, token, now)
}

func signUpAt(t *testing.T, s *store.Store, email, token string, now time.Time) {
	t.Helper()
	in := domain.SignUp{Email: email, Name: "Ann", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	letter := domain.SystemLetter{Subject: "confirm", Body: token, ExpiresAt: now.Add(time.Hour)}
	known := domain.SystemLetter{Subject: "known", Body: "-", ExpiresAt: now.Add(time.Hour)}
	if err := s.SignUp(t.Context(), in, store.Joining{Token: token, Browser: "browser of " + token, Confirm: letter, Known: known}, now); err != nil {
		t.Fatal(err)
	}
}

// confirm uses up a token in a browser.
func confirm(t *testing.T, s *store.Store, token, browser, password string, at time.Time) (domain.User, error) {
	t.Helper()
	return s.Confirm(t.Context(), domain.Actor{}, store.Confirmation{Token: token, Browser: browser, Password: password}, at)
}
