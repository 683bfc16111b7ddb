package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

func TestTwoProcesses(t *testing.T) {
	const letters = 1000
	path, mailing := prepared(t, letters)
	relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(5 * time.Millisecond)})
	other := mailtest.New(t, mailtest.Config{})
	first := serve(t, "--db", path, "--smtp", relay.URL())
	relay.WaitFor(1, patience)
	second := serve(t, "--db", path, "--smtp", other.URL())
	wait(t, "the second to see that it is not the only one", func() bool {
		return second.said("another process sends the letters of this database") == 1
	})
	relay.WaitFor(relay.Count()+100, patience)
	if n := other.Connections(); n != 0 {
		t.Errorf("the second has connected %d times while the first sends", n)
	}
	first.stop()
	if n := relay.Count(); n >= letters {
		t.Fatal("the first has sent all; more letters are needed")
	}
	survived(t, path, mailing, letters)
	arrived(t, append(relay.Letters(), other.Letters()...), letters, 0)
	t.Logf("%d letters by the first, %d by the second", relay.Count(), other.Count())
}

// crowd is a database in which a large mailing and several small ones to three clients each are due now.
func crowd(t *testing.T, many, small int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "postrider.db")
	big := preparedAt(t, path, many, always)
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u := storetest.User(t, s, "small@example.com")
	msg := storetest.Message(t, s, u.TeamID, "Small", "Small")
	for i := range small {
		m := domain.Mailing{TeamID: u.TeamID, Name: fmt.Sprintf("Small %d", i), MessageID: msg.ID,
			Audience: domain.AudienceClients, Schedule: big.Schedule}
		for j := range 3 {
			m.ClientIDs = append(m.ClientIDs, storetest.Client(t, s, u.TeamID, fmt.Sprintf("small%d.%d@example.com", i, j)).ID)
		}
		if _, err := s.CreateMailing(t.Context(), domain.CommandLineActor(), m, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFairness(t *testing.T) {
	many, small := scaled(1000, 10_000), scaled(100, 1000)
	path := crowd(t, many, small)
	relay := mailtest.New(t, mailtest.Config{Lean: true})
	began := time.Now()
	serve(t, "--db", path, "--smtp", relay.URL())
	waitFor(t, "all letters", 5*time.Minute, func() bool { return relay.Count() >= many+3*small })
	letters := relay.Letters()
	lost, _ := arrived(t, letters, many+3*small, 0)
	lastSmall, bigBefore, bigs := time.Time{}, 0, 0
	for _, l := range letters {
		if strings.HasPrefix(l.To, "small") {
			lastSmall, bigBefore = l.At, bigs
		} else {
			bigs++
		}
	}
	if bigBefore == many {
		t.Error("a small mailing was not done before the big one")
	}
	t.Logf("%d small mailings beside one of %d: done after %v, with %d letters of the big one; all after %v; %d lost",
		small, many, lastSmall.Sub(began), bigBefore, letters[len(letters)-1].At.Sub(began), lost)
}
