package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// Number of connections of the killed programs, and how long a program may take from its restart to its first letter. The aim is 2 s; the
// log has the measured time.
const (
	connections = 8
	recovery    = 10 * time.Second
)

func TestKill(t *testing.T) {
	letters, kills := scaled(600, 6000), scaled(5, 100)
	seed := uint64(time.Now().UnixNano())
	t.Logf("the seed is %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path, mailing := prepared(t, letters)
	relay := mailtest.New(t, mailtest.Config{Script: mailtest.Slow(2 * time.Millisecond)})
	args := []string{"serve", "--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL()}
	var slowest time.Duration
	for i := range kills {
		before, began := relay.Count(), time.Now()
		cmd := exec.Command(binary, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 { // let every other run get as far as sending
			slowest = max(slowest, firstLetter(relay, before, began))
		}
		time.Sleep(time.Duration(random.Int64N(int64(120 * time.Millisecond)))) // kills at a random moment
		_ = cmd.Process.Kill()
		if err := cmd.Wait(); err == nil {
			t.Fatal("it ended by itself")
		}
	}
	if n := relay.Count(); n >= letters {
		t.Fatalf("all was sent before the last kill; more than %d letters are needed", letters)
	}
	before, began := relay.Count(), time.Now()
	serve(t, "--db", path, "--smtp", relay.URL())
	slowest = max(slowest, firstLetter(relay, before, began))
	survived(t, path, mailing, letters)
	lost, twice := arrived(t, relay.Letters(), letters, min(kills*connections, uncertain(t, path, mailing)))
	t.Logf("%d letters, %d kills at random: %d lost, %d twice; the slowest first letter after %v", letters, kills, lost, twice, slowest)
	if slowest > recovery {
		t.Errorf("the first letter after a kill took %v", slowest)
	}
}

// survived waits until the run is over and checks that everything was sent.
func survived(t *testing.T, path string, mailing domain.Mailing, letters int) {
	t.Helper()
	run := waitForRun(t, path, mailing)
	if run.State != domain.RunDone || run.Counts.Sent != letters {
		t.Errorf("the run is %s with %+v", run.State, run.Counts)
	}
}

// uncertain counts the log's attempts with an unknown outcome.
func uncertain(t *testing.T, path string, mailing domain.Mailing) int {
	t.Helper()
	page, err := storetest.OpenAt(t, path).Log(t.Context(), mailing.ID, store.LogQuery{Outcome: string(domain.OutcomeUncertain)})
	if err != nil {
		t.Fatal(err)
	}
	return page.Total
}

// crashPoints are the points at which the program is made to die, and the most times it passes one first.
var crashPoints = map[string]int{
	"claim": 2, "commit": 12, "before mail": 16, "mail": 16, "rcpt": 16, "body": 16, "dot": 16, "reply": 16,
}

// TestCrashPoints sends so many letters that no letter is on the wire at three of the kills: an interrupted letter goes to the end of the
// queue, and a third interruption would make its outcome unknown.
func TestCrashPoints(t *testing.T) {
	long(t)
	const letters, kills = 700, 20
	fragile := filepath.Join(t.TempDir(), "postrider-crash")
	if out, err := exec.Command("go", "build", "-tags", "crash", "-o", fragile, "..").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for point, most := range crashPoints {
		t.Run("a program that dies at "+point+" loses nobody", func(t *testing.T) {
			path, mailing := prepared(t, letters)
			lengthen(t, path, mailing)
			killer := &killer{}
			relay := mailtest.New(t, mailtest.Config{Script: killer.script})
			for i := range kills {
				cmd := exec.Command(fragile, "serve", "--db", path, "--addr", "127.0.0.1:0", "--smtp", relay.URL())
				cmd.Env = append(os.Environ(), fmt.Sprintf("POSTRIDER_CRASH=%s:%d", point, 1+i%most))
				killer.start(t, cmd, point == "dot", 1+i%most)
				mustBeKilled(t, cmd)
			}
			killer.disarm()
			before, began := relay.Count(), time.Now()
			serve(t, "--db", path, "--smtp", relay.URL())
			took := firstLetter(relay, before, began)
			survived(t, path, mailing, letters)
			lost, twice := arrived(t, relay.Letters(), letters, min(kills*connections, uncertain(t, path, mailing)))
			t.Logf("%d letters, %d kills at %s: %d lost, %d twice; the first letter after %v", letters, kills, point, lost, twice, took)
			if took > recovery {
				t.Errorf("the first letter after the last kill took %v", took)
			}
		})
	}
}

// lengthen makes a mailing's text so long that much of a letter is sent before its final dot.
func lengthen(t *testing.T, path string, mailing domain.Mailing) {
	t.Helper()
	s := storetest.OpenAt(t, path)
	m, err := s.Message(t.Context(), domain.CommandLineActor(), domain.View, mailing.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	m.Body = strings.Repeat("One more line of news, and it is not the last.\n\n", 200)
	if _, err := s.UpdateMessage(t.Context(), domain.CommandLineActor(), m, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// killer kills a program at its nth final dot, when the relay has the letter and its reply is unread. No point in the program is as exact.
type killer struct {
	mu      sync.Mutex
	victim  *os.Process // nil for none
	further int
}

func (k *killer) start(t *testing.T, cmd *exec.Cmd, armed bool, n int) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if armed {
		k.victim, k.further = cmd.Process, n
	}
}

func (k *killer) disarm() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.victim = nil
}

func (k *killer) script(s mailtest.Step) mailtest.Action {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s.Stage != mailtest.Dot || k.victim == nil {
		return mailtest.Action{}
	}
	if k.further--; k.further > 0 {
		return mailtest.Action{}
	}
	_ = k.victim.Kill() // killing twice is harmless
	return mailtest.Action{Take: true, End: mailtest.Close}
}

func mustBeKilled(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })()
	err := cmd.Wait()
	var exit *exec.ExitError
	if ctx.Err() != nil || !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it did not die: %v", err)
	}
}
