package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// attackers is how many connections make each kind of request in the attack.
const attackers = 8

// answersWithin is how long a page of another team may take on a busy machine. The attack's own searches take longer.
const answersWithin = 20 * time.Second

// While one team does its worst, other teams' pages are answered and their letters are sent.
func TestOneTeamCannotStarveOthers(t *testing.T) {
	const letters, slow = 200, 60
	path := filepath.Join(t.TempDir(), "postrider.db")
	mailing := preparedAt(t, path, letters, always)
	prepareAttack(t, path, slow)
	relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(2 * time.Millisecond)})
	p := serve(t, "--db", path, "--smtp", relay.URL())
	owner := stranger(t, p.url, locale.English)
	owner.get("/login").send("/login", map[string]string{"email": "owner@example.com", "password": storetest.Password}).says(200, "")
	began := attack(t, p.url)
	began.Wait() // each kind of request has been sent
	for range 5 {
		for _, page := range []string{"/clients", "/messages", fmt.Sprintf("/mailings/%d", mailing.ID), "/", "/healthz", "/readyz"} {
			asked := time.Now()
			owner.get(page).says(200, "")
			if took := time.Since(asked); took > answersWithin {
				t.Fatalf("%s took %v", page, took)
			}
		}
	}
	stranger(t, p.url, locale.English).get("/blog").says(200, "")
	relay.WaitFor(letters, 2*patience)
	arrived(t, relay.Letters(), letters, 0)
}

// prepareAttack makes a team with messages that take as long as possible to search.
func prepareAttack(t *testing.T, path string, messages int) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u := storetest.User(t, s, "attacker@example.com")
	for i := range messages {
		storetest.Message(t, s, u.TeamID, fmt.Sprint(i), strings.Repeat("a", domain.MaxBody))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// attack has a user search, preview and save over and over until the test ends.
func attack(t *testing.T, base string) (began *sync.WaitGroup) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 3 * attackers}}
	answer, err := client.PostForm(base+"/login", url.Values{"email": {"attacker@example.com"}, "password": {storetest.Password}})
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the attacker cannot sign in: %+v, %v", answer, err)
	}
	_ = answer.Body.Close()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() { stop(); running.Wait() })
	body := strings.Repeat("*a_ ", domain.MaxBody/16)
	began = &sync.WaitGroup{}
	for _, kind := range []func() (*http.Request, error){
		func() (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, base+"/messages?q="+strings.Repeat("a", domain.MaxSearch-1)+"b", nil)
		},
		func() (*http.Request, error) {
			return formOf(ctx, base+"/messages/preview", url.Values{"subject": {"x"}, "body": {body}})
		},
		func() (*http.Request, error) {
			return formOf(ctx, base+"/messages", url.Values{"subject": {"x"}, "body": {strings.Repeat("a", domain.MaxBody)}})
		},
	} {
		for range attackers {
			began.Add(1)
			running.Go(func() {
				for first := true; ctx.Err() == nil; first = false {
					r, err := kind()
					if first {
						began.Done()
					}
					if err != nil {
						return
					}
					if answer, err := client.Do(r); err == nil { // the service may refuse it
						_, _ = io.Copy(io.Discard, answer.Body)
						_ = answer.Body.Close()
					}
				}
			})
		}
	}
	return began
}

func formOf(ctx context.Context, address string, form url.Values) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}
