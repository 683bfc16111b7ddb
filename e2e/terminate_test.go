package e2e

import (
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

func TestTerminate(t *testing.T) {
	letters, stops := scaled(400, 3500), scaled(5, 50)
	const within = 35 * time.Second
	seed := uint64(time.Now().UnixNano())
	t.Logf("the seed is %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path, mailing := prepared(t, letters)
	relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(2 * time.Millisecond)})
	var slowest time.Duration
	for range stops {
		before := relay.Count()
		p := serve(t, "--db", path, "--smtp", relay.URL())
		relay.WaitFor(before+1, patience)
		time.Sleep(time.Duration(random.Int64N(int64(60 * time.Millisecond)))) // stops at a random moment
		told := time.Now()
		p.stop() // fails the test unless it exits 0
		slowest = max(slowest, time.Since(told))
	}
	if n := relay.Count(); n >= letters {
		t.Fatalf("all was sent before the last stop; more than %d letters are needed", letters)
	}
	serve(t, "--db", path, "--smtp", relay.URL())
	survived(t, path, mailing, letters)
	lost, twice := arrived(t, relay.Letters(), letters, 0)
	t.Logf("%d letters, %d stops: %d lost, %d twice; the slowest stop took %v", letters, stops, lost, twice, slowest)
	if slowest > within {
		t.Errorf("a stop took %v", slowest)
	}
}

// lateness records when the commands that start a letter arrive.
type lateness struct {
	mu    sync.Mutex
	mails []time.Time
}

func (l *lateness) script(s mailtest.Step) mailtest.Action {
	if s.Stage == mailtest.Mail {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.mails = append(l.mails, time.Now())
	}
	return mailtest.Slow(time.Duration(30+7*(s.Conn%connections)) * time.Millisecond)(s) // not all in step
}

func (l *lateness) last() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.MaxFunc(l.mails, time.Time.Compare)
}

func TestSuspendedPastTheEnd(t *testing.T) {
	long(t)
	t.Parallel()
	const letters = 5000 // far more than can be sent before the stop
	path := t.TempDir() + "/postrider.db"
	var end time.Time
	mailing := preparedAt(t, path, letters, func(begins time.Time) string {
		end = begins.Add(30 * time.Second).Truncate(time.Minute).Add(time.Minute)
		return domain.LocalTimeOf(end, time.UTC).String()
	})
	commands := &lateness{}
	relay := mailtest.New(t, mailtest.Config{Script: commands.script})
	p := serve(t, "--db", path, "--smtp", relay.URL())
	relay.WaitFor(40, patience)
	p.signal(syscall.SIGSTOP)
	waitFor(t, "the end of the window", 3*time.Minute, func() bool { return time.Now().After(end.Add(time.Second)) })
	p.signal(syscall.SIGCONT)
	run := waitForRun(t, path, mailing)
	if last := commands.last(); !last.Before(end) {
		t.Errorf("MAIL was said %v after the end", last.Sub(end))
	}
	for _, l := range relay.Letters() {
		if !l.At.Before(end) {
			t.Errorf("the letter for %s left %v after the end", l.To, l.At.Sub(end))
		}
	}
	n := run.Counts
	if run.State != domain.RunExpired || n.Sent+n.Unknown != relay.Count() || n.Expired != letters-relay.Count() {
		t.Errorf("%d letters arrived, the run is %s with %+v", relay.Count(), run.State, n)
	}
	t.Logf("%d sent before the end, %d expired, %d unknown", n.Sent, n.Expired, n.Unknown)
}
