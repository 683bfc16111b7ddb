package jobs_test

import (
	"runtime"
	"testing"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

// middle is a run in which some letters have arrived and every connection is held at a stage.
type middle struct {
	*site
	m   domain.Mailing
	let func()
}

// early is how many letters arrive before that.
const early = 10

// inTheMiddle runs a mailing to 60 with a window of 10 minutes until every connection is held at the stage.
func inTheMiddle(t *testing.T, stage string) middle {
	t.Helper()
	t.Parallel()
	hold := make(chan struct{})
	var under gauge
	s := newSite(t, plan{clients: 60, server: mailtest.Config{Script: func(step mailtest.Step) mailtest.Action {
		if step.Stage == stage && step.Letter > early {
			under.add(1)
			return mailtest.Action{Hold: hold}
		}
		return mailtest.Action{}
	}}})
	mid := middle{site: s, m: s.mailing(10 * time.Minute)}
	s.run()
	s.wait("every connection to be stuck", func() bool { return under.level() == connections })
	mid.let = func() { close(hold) }
	return mid
}

// noneBegun checks that nothing new begins after the call: everything the relay receives was on its way.
func (mid middle) noneBegun(most int) {
	mid.t.Helper()
	mid.wait("the letters under way to end", func() bool { return mid.states()[domain.DeliveryClaimed] == 0 })
	if err := mid.sender.Tick(mid.t.Context()); err != nil {
		mid.t.Fatal(err)
	}
	if n := mid.relay.Count(); n > early+most {
		mid.t.Errorf("%d letters after the call, want at most %d", n-early, most)
	}
	if n := mid.commands("MAIL"); n > early+connections {
		mid.t.Errorf("%d letters were begun, %d were under way", n, early+connections)
	}
	for to, n := range mid.copies() {
		if n != 1 {
			mid.t.Errorf("%s got %d copies", to, n)
		}
	}
}

func TestStops(t *testing.T) {
	// Up to DATA, nothing has been handed over; at the dot, it has.
	stages := map[string]int{mailtest.Mail: 0, mailtest.Rcpt: 0, mailtest.Data: 0, mailtest.Dot: connections}
	for stage, most := range stages {
		t.Run("at the end of the window, with letters at "+stage, func(t *testing.T) {
			mid := inTheMiddle(t, stage)
			mid.advance(10 * time.Minute)
			mid.until(mid.m, "the run to expire", func(r domain.Run) bool { return r.State == domain.RunExpired })
			mid.let()
			r := mid.until(mid.m, "the rest to expire", over)
			mid.noneBegun(most)
			if r.Counts.Sent != mid.relay.Count() || r.Counts.Expired != 60-r.Counts.Sent || r.Counts.Sent != early+most {
				t.Errorf("the run counts %+v, %d arrived", r.Counts, mid.relay.Count())
			}
		})
		t.Run("when the mailing is paused, with letters at "+stage, func(t *testing.T) {
			mid := inTheMiddle(t, stage)
			if _, err := mid.store.PauseMailing(t.Context(), domain.CommandLineActor(), mid.m.ID, mid.clock()); err != nil {
				t.Fatal(err)
			}
			mid.let()
			mid.noneBegun(most)
			states := mid.states()
			if states[domain.DeliverySent] != early+most || states[domain.DeliveryWaiting] != 50-most {
				t.Errorf("the deliveries are %v", states)
			}
			for _, r := range mid.rows() {
				if r.State == domain.DeliveryWaiting && r.Tries != 0 {
					t.Errorf("a stopped letter counts as tried: %+v", r)
				}
			}
		})
		t.Run("when the mailing is deleted, with letters at "+stage, func(t *testing.T) {
			mid := inTheMiddle(t, stage)
			if err := mid.store.DeleteMailing(t.Context(), domain.CommandLineActor(), mid.m.ID, mid.clock()); err != nil {
				t.Fatal(err)
			}
			mid.let()
			mid.wait("the rest to be cancelled", func() bool { return mid.states()[domain.DeliveryCancelled] == 50-most })
			mid.noneBegun(most)
			if n := mid.states()[domain.DeliverySent]; n != early+most {
				t.Errorf("the deliveries are %v", mid.states())
			}
		})
		t.Run("when clients are deleted, with letters at "+stage, func(t *testing.T) {
			mid := inTheMiddle(t, stage)
			before := mid.relay.Letters()
			for _, c := range mid.clients() {
				if err := mid.store.DeleteClient(t.Context(), domain.CommandLineActor(), c.ID, mid.clock()); err != nil {
					t.Fatal(err)
				}
			}
			mid.let()
			r := mid.until(mid.m, "the run to end", over)
			if len(before) != early || mid.relay.Count() > early+connections || r.Counts.Sent != mid.relay.Count() || r.Counts.Cancelled != 60-r.Counts.Sent {
				t.Errorf("%d letters before, %d after, the run counts %+v", len(before), mid.relay.Count()-early, r.Counts)
			}
		})
	}
}

// clients are all clients of the team.
func (s *site) clients() []domain.Client {
	s.t.Helper()
	ids := make([]int64, 60)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	all, err := s.store.ClientsByID(s.t.Context(), s.user.TeamID, ids)
	if err != nil || len(all) != len(ids) {
		s.t.Fatalf("%d clients, %v", len(all), err)
	}
	return all
}

func TestNothingIsLeftBehind(t *testing.T) {
	const letters = 5000
	s := newSite(t, plan{server: mailtest.Config{Lean: true}, sender: func(c *jobs.Config) { c.Connections = 16 }})
	if err := storetest.AddClients(t.Context(), s.path, s.user.TeamID, letters, s.clock()); err != nil {
		t.Fatal(err)
	}
	m := s.mailing(0)
	before := runtime.NumGoroutine()
	stop := s.run()
	s.relay.WaitFor(letters, 10*patience)
	r := s.until(m, "the end of the run", over)
	stop()
	if r.State != domain.RunDone || r.Counts.Sent != letters || s.relay.Count() != letters || len(s.copies()) != letters {
		t.Errorf("the run is %s with %+v, %d arrived at %d", r.State, r.Counts, s.relay.Count(), len(s.copies()))
	}
	s.wait("every connection to be closed", func() bool { return s.relay.Open() == 0 })
	if n := s.relay.Connections(); n > 16+letters/1000 {
		t.Errorf("%d connections for %d letters", n, letters)
	}
	s.wait("every goroutine to end", func() bool { return runtime.NumGoroutine() <= before })
}
