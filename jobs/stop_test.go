package jobs_test

import (
	"errors"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

// manager is a user who may block and disable.
func (o *office) manager() domain.Actor {
	o.t.Helper()
	in := domain.SignUp{Email: "manager@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	u, err := o.store.AddUser(o.t.Context(), in, domain.RoleManager, o.clock())
	if err != nil {
		o.t.Fatal(err)
	}
	return u.Actor("")
}

// elsewhere sends another team's mailing, which shows that the sender works and has had time to act.
func (s *site) elsewhere() {
	s.t.Helper()
	other := storetest.User(s.t, s.store, "other@example.com")
	storetest.Client(s.t, s.store, other.TeamID, "elsewhere@example.com")
	m := storetest.Mailing(s.t, s.store, other.TeamID, s.clock(), domain.LocalTimeOf(s.clock(), time.UTC).String(), "", "UTC", domain.Once)
	s.sender.Wake()
	if r := s.until(m, "the other team's run", over); r.Counts.Sent != 1 {
		s.t.Errorf("the other team's run is %+v", r)
	}
}

func TestManagerStops(t *testing.T) {
	stages := map[string]int{mailtest.Mail: 0, mailtest.Rcpt: 0, mailtest.Data: 0, mailtest.Dot: connections}
	acts := map[string]func(middle, domain.Actor) error{
		"the user is blocked": func(mid middle, by domain.Actor) error {
			_, err := mid.store.BlockUser(mid.t.Context(), by, mid.user.ID, "spam", mid.clock())
			return err
		},
		"the mailing is disabled": func(mid middle, by domain.Actor) error {
			_, err := mid.store.DisableMailing(mid.t.Context(), by, mid.m.ID, "spam", mid.clock())
			return err
		},
	}
	for what, act := range acts {
		for stage, most := range stages {
			t.Run("when "+what+", with letters at "+stage, func(t *testing.T) {
				mid := inTheMiddle(t, stage)
				if err := act(mid, mid.manager()); err != nil {
					t.Fatal(err)
				}
				mid.let()
				r := mid.until(mid.m, "the letters of the run to be cancelled", over)
				mid.noneBegun(most)
				if r.State != domain.RunCancelled || r.Counts.Sent != early+most || r.Counts.Cancelled != 60-r.Counts.Sent ||
					r.Counts.Sent != mid.relay.Count() || r.Counts.Retrying != 0 {
					t.Errorf("the run is %s with %+v, %d arrived", r.State, r.Counts, mid.relay.Count())
				}
			})
		}
	}
}

func TestBlockedTeam(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{clients: 3000})
	m := s.mailing(0)
	if err := s.store.CreateSession(t.Context(), "id", domain.Session{UserID: s.user.ID, CreatedAt: s.clock(), SeenAt: s.clock()}); err != nil {
		t.Fatal(err)
	}
	by := s.manager()
	stop := s.run()
	s.relay.WaitFor(100, patience)
	if _, err := s.store.BlockUser(t.Context(), by, s.user.ID, "spam", s.clock()); err != nil {
		t.Fatal(err)
	}
	arrived := s.relay.Count()
	s.sender.Wake()
	r := s.until(m, "the letters of the run to be cancelled", over)
	if n := s.relay.Count() - arrived; n > connections {
		t.Errorf("%d letters after the block, over %d connections", n, connections)
	}
	if r.State != domain.RunCancelled || r.Counts.Sent != s.relay.Count() || r.Counts.Sent+r.Counts.Cancelled != r.Counts.Recipients {
		t.Errorf("the run is %s with %+v, %d arrived", r.State, r.Counts, s.relay.Count())
	}
	if _, _, err := s.store.Session(t.Context(), "id", s.clock()); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("the session is there: %v", err)
	}
	arrived = s.relay.Count()
	stop()
	s.newSender() // as a restart does
	s.run()
	s.elsewhere()
	if n := s.relay.Count() - arrived; n != 1 {
		t.Errorf("%d letters after a restart, the other team's alone is right", n)
	}
}

func TestEnabledAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, plan{clients: 5})
	day := 24 * time.Hour
	m := storetest.Mailing(t, s.store, s.user.TeamID, s.clock(), domain.LocalTimeOf(s.clock().Add(time.Minute), time.UTC).String(), "", "UTC", domain.Daily)
	by := s.manager()
	s.run()
	if _, err := s.store.DisableMailing(t.Context(), by, m.ID, "spam", s.clock()); err != nil {
		t.Fatal(err)
	}
	s.advance(time.Minute + 2*day)
	s.elsewhere()
	if runs, err := s.store.Runs(t.Context(), m.ID, 9); err != nil || len(runs) != 0 {
		t.Errorf("runs while it was disabled: %+v, %v", runs, err)
	}
	if _, err := s.store.EnableMailing(t.Context(), by, m.ID, s.clock()); err != nil {
		t.Fatal(err)
	}
	s.sender.Wake()
	if r := s.until(m, "the latest occurrence to go out", over); r.Counts.Sent != 5 || r.State != domain.RunDone {
		t.Errorf("the run is %s with %+v", r.State, r.Counts)
	}
	runs, err := s.store.Runs(t.Context(), m.ID, 9)
	if err != nil || len(runs) != 3 || runs[1].State != domain.RunMissed || runs[2].State != domain.RunMissed {
		t.Errorf("the runs are %+v, %v", runs, err)
	}
}

func TestTeamQuota(t *testing.T) {
	t.Parallel()
	const daily = 10
	s := newSite(t, plan{clients: 25, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
		if step.Stage == mailtest.Rcpt && step.Letter <= 3 { // a refused letter returns its reservation
			return mailtest.Answer("550 5.1.1 nobody")
		}
		return mailtest.Action{}
	}}})
	limit := daily
	midnight := s.noon()
	if err := s.store.SetQuota(t.Context(), domain.Actor{}, s.user.TeamID, domain.Quota{MaxLetters: &limit}, s.clock()); err != nil {
		t.Fatal(err)
	}
	m := s.mailing(0)
	spent := func() bool {
		q, err := s.store.Quota(t.Context(), s.user.TeamID, s.clock())
		return err == nil && q.Spent() && s.states()[domain.DeliveryClaimed] == 0
	}
	stop := s.run()
	for day, want := range []int{10, 20} {
		s.wait("the team's day to be used up", spent)
		stop()
		s.newSender()
		stop = s.run()
		if day == 0 {
			s.elsewhere() // other teams do not wait
		}
		s.advance(midnight.Sub(s.clock()) - time.Second)
		if err := s.sender.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.latest(m).Counts.Sent; got != want {
			t.Fatalf("%d letters by the end of day %d, want %d", got, day+1, want)
		}
		midnight = midnight.Add(24 * time.Hour)
		s.advance(time.Second)
	}
	if r := s.until(m, "the end of the run", over); r.State != domain.RunDone || r.Counts.Sent != 22 || r.Counts.Failed != 3 || len(s.copies()) != 23 {
		t.Errorf("the run is %s with %+v, %d arrived", r.State, r.Counts, len(s.copies()))
	}
}

func (s *site) latest(m domain.Mailing) domain.Run {
	s.t.Helper()
	runs, err := s.store.Runs(s.t.Context(), m.ID, 1)
	if err != nil || len(runs) != 1 {
		s.t.Fatalf("%d runs, %v", len(runs), err)
	}
	return runs[0]
}
