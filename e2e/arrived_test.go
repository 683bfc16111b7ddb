package e2e

import (
	"bytes"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

// waitForRun waits until the mailing's run is over, and returns it.
func waitForRun(t *testing.T, path string, mailing domain.Mailing) (run domain.Run) {
	t.Helper()
	s := storetest.OpenAt(t, path)
	wait(t, "the run to end", func() bool {
		runs, err := s.Runs(t.Context(), mailing.ID, 1)
		if err != nil || len(runs) != 1 {
			return false
		}
		run = runs[0]
		return !run.State.Active() && run.Counts.Waiting == 0
	})
	return run
}

// arrived finds nobody left out, at most so many letters twice, and these the same to the byte. It returns how many were
// lost, and how many copies came too much.
func arrived(t *testing.T, letters []mailtest.Letter, want, mostTwice int) (lost, twice int) {
	t.Helper()
	first := map[string]mailtest.Letter{}
	for _, l := range letters {
		before, again := first[l.To]
		if !again {
			first[l.To] = l
			continue
		}
		twice++
		if l.MessageID == "" || l.MessageID != before.MessageID || !bytes.Equal(l.Source, before.Source) {
			t.Errorf("the copies for %s differ: %s and %s", l.To, before.MessageID, l.MessageID)
		}
	}
	lost = want - len(first)
	if lost != 0 {
		t.Errorf("%d of %d arrived", len(first), want)
	}
	if twice > mostTwice {
		t.Errorf("%d letters arrived once too often, want at most %d", twice, mostTwice)
	}
	return lost, twice
}

// firstLetter waits for a letter beyond the first n, and tells how long that took since then.
func firstLetter(relay *mailtest.Server, n int, since time.Time) time.Duration {
	relay.WaitFor(n+1, patience)
	return relay.Letters()[n].At.Sub(since)
}
