package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestTotals(t *testing.T) {
	ctx := t.Context()
	s := storetest.Open(t)
	want := func(step string, totals domain.Totals) {
		t.Helper()
		got, err := s.Totals(ctx)
		if got.Rounded {
			got.Clients, got.Rounded = s.UniqueClientsForTest(t), false
		}
		if err != nil || got != totals {
			t.Errorf("%s: %+v, %v, want %+v", step, got, err, totals)
		}
	}
	want("nothing is there", domain.Totals{})
	u, other := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
	one := storetest.Client(t, s, u.TeamID, "one@example.com")
	storetest.Client(t, s, u.TeamID, "two@example.com")
	storetest.Client(t, s, other.TeamID, "ONE@example.com")
	want("an address in two teams counts once", domain.Totals{Clients: 2})
	one.Email = "three@example.com"
	one, err := s.UpdateClient(ctx, domain.CommandLineActor(), one, now)
	if err != nil {
		t.Fatal(err)
	}
	want("it is another address now", domain.Totals{Clients: 3})
	one.Email = "one@example.com"
	if one, err = s.UpdateClient(ctx, domain.CommandLineActor(), one, now); err != nil {
		t.Fatal(err)
	}
	want("and the same again", domain.Totals{Clients: 2})
	if err := s.DeleteClient(ctx, domain.CommandLineActor(), one.ID, now); err != nil {
		t.Fatal(err)
	}
	want("the other team still has it", domain.Totals{Clients: 2})

	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	storetest.Mailing(t, s, other.TeamID, now, "2026-04-10T13:00", "", "UTC", domain.Daily)
	want("none has begun", domain.Totals{Mailings: 2, Clients: 2})
	begin(t, s, time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC))
	want("one is running", domain.Totals{Mailings: 2, Active: 1, Clients: 2})
	if _, err := s.PauseMailing(ctx, domain.CommandLineActor(), m.ID, now); err != nil {
		t.Fatal(err)
	}
	want("it is paused", domain.Totals{Mailings: 2, Clients: 2})
	if _, err := s.ResumeMailing(ctx, domain.CommandLineActor(), m.ID, latest(t, s, m.ID), now); err != nil {
		t.Fatal(err)
	}
	manager := domain.CommandLineActor()
	if _, err := s.DisableMailing(ctx, manager, m.ID, "because", now); err != nil {
		t.Fatal(err)
	}
	want("it is disabled", domain.Totals{Mailings: 2, Clients: 2})
	if _, err := s.EnableMailing(ctx, manager, m.ID, now); err != nil {
		t.Fatal(err)
	}
	want("it is enabled", domain.Totals{Mailings: 2, Active: 1, Clients: 2})
	if err := s.DeleteMailing(ctx, domain.CommandLineActor(), m.ID, now); err != nil {
		t.Fatal(err)
	}
	want("it is deleted", domain.Totals{Mailings: 1, Clients: 2})
}

func TestTotalsWithoutClosedTeams(t *testing.T) {
	ctx := t.Context()
	s := storetest.Open(t)
	u, other := storetest.User(t, s, "a@example.com"), storetest.User(t, s, "b@example.com")
	for _, email := range []string{"both@example.com", "mine@example.com"} {
		storetest.Client(t, s, u.TeamID, email)
	}
	storetest.Client(t, s, other.TeamID, "both@example.com")
	storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	if err := s.DeleteAccount(ctx, u.Actor(""), store.Leaving{Email: u.Email, Password: storetest.Password}, now); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		totals, err := s.Totals(ctx)
		if err != nil || totals != (domain.Totals{Clients: 1}) {
			t.Errorf("%+v, %v", totals, err)
		}
		if more, err = s.DeleteSome(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// Members of one team cannot use the installation's numbers to find out whether another team has an address.
func TestSecurityTotalsHideOtherTeams(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	first := storetest.User(t, s, "a@example.com")
	totals := func() domain.Totals {
		t.Helper()
		got, err := s.Totals(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	show := func(at time.Time) {
		t.Helper()
		if err := s.ShowClients(ctx, at); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Client(t, s, first.TeamID, "victim@example.com")
	if got := totals(); got != (domain.Totals{Clients: 1}) {
		t.Errorf("one team alone: %+v", got)
	}
	rival := storetest.User(t, s, "b@example.com")
	show(now)
	before := totals()
	for _, email := range []string{"victim@example.com", "nobody@example.com"} {
		c := storetest.Client(t, s, rival.TeamID, email)
		if got := totals(); got != before || !got.Rounded {
			t.Errorf("with %s it is %+v, before it was %+v", email, got, before)
		}
		if got, err := s.TeamTotals(ctx, rival.TeamID); err != nil || got != (domain.Totals{Clients: 1}) {
			t.Errorf("the team's own are %+v, %v", got, err)
		}
		if err := s.DeleteClient(ctx, domain.CommandLineActor(), c.ID, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := storetest.AddClients(ctx, path, rival.TeamID, 1000, now); err != nil {
		t.Fatal(err)
	}
	show(now.Add(time.Hour - time.Minute))
	if got := totals(); got != before {
		t.Errorf("it was counted again in the same hour: %+v", got)
	}
	again := storetest.OpenAt(t, path)
	if err := again.ShowClients(ctx, now.Add(time.Hour-time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := totals(); got != before {
		t.Errorf("a restart has it counted again: %+v", got)
	}
	show(now.Add(time.Hour))
	if got := totals(); got.Clients != 1000 && got.Clients != 1100 {
		t.Errorf("an hour later: %+v of 1001", got)
	}
	show(now.Add(-time.Hour)) // the clock has jumped back
	if got := totals(); got.Clients < 1000 {
		t.Errorf("an hour earlier: %+v", got)
	}
}

// The number that triggers maintain equals the real count, whatever happens to clients.
func TestAddressesAreCountedExactly(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "postrider.db")
	s := storetest.OpenAt(t, path)
	teams := []int64{storetest.User(t, s, "a@example.com").TeamID, storetest.User(t, s, "b@example.com").TeamID}
	random := rand.New(rand.NewPCG(1, 2))
	address := func() string { return fmt.Sprintf("c%d@example.com", random.IntN(12)) }
	var kept []domain.Client
	for i := range 300 {
		switch at := random.IntN(len(kept) + 1); {
		case at == len(kept) || random.IntN(3) == 0:
			c, err := s.CreateClient(ctx, domain.CommandLineActor(), domain.Client{TeamID: teams[i%2], Email: address()}, now)
			if err == nil { // the team may already have it
				kept = append(kept, c)
			}
		case random.IntN(2) == 0:
			c := kept[at]
			c.Email = address()
			if saved, err := s.UpdateClient(ctx, domain.CommandLineActor(), c, now); err == nil {
				kept[at] = saved
			}
		default:
			if err := s.DeleteClient(ctx, domain.CommandLineActor(), kept[at].ID, now); err != nil {
				t.Fatal(err)
			}
			kept = append(kept[:at], kept[at+1:]...)
		}
		unique := map[string]bool{}
		for _, c := range kept {
			unique[c.Email] = true
		}
		if n := s.UniqueClientsForTest(t); n != len(unique) {
			t.Fatalf("after %d changes: %d, want %d", i+1, n, len(unique))
		}
	}
}

func TestPostsState(t *testing.T) {
	ctx := t.Context()
	s := storetest.Open(t)
	state := func(at time.Time) store.PostsState {
		t.Helper()
		st, err := s.PostsState(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	nothing := state(now)
	p, err := s.CreatePost(ctx, domain.Post{Title: "T", Slug: "t", Content: "C", PublishedAt: now.Add(time.Hour)}, now)
	if err != nil {
		t.Fatal(err)
	}
	created := state(now)
	if created == nothing || created != state(now.Add(time.Hour-time.Millisecond)) {
		t.Error("a new post changes it, and waiting does not")
	}
	if created == state(now.Add(time.Hour)) {
		t.Error("the time of a post has come, and it is the same")
	}
	if _, err := s.UpdatePost(ctx, p, now); err != nil {
		t.Fatal(err)
	}
	if created == state(now) {
		t.Error("a post was saved, and it is the same")
	}
}
