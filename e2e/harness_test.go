// Package e2e drives the built program as people do: with a browser, with plain forms, from the command line, and by killing it.
package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// patience is how long a test waits for something that must happen.
const patience = 3 * time.Minute

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "postrider-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "postrider")
		if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
			return 1
		}
		defer shared.close()
		if err := flag.Set("test.parallel", "4"); err != nil { // a test mostly waits for another process
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// program is a running serve.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	done chan struct{} // closed when it has ended
	err  error         // its exit error

	mu     sync.Mutex
	output bytes.Buffer
}

var readyLine = regexp.MustCompile(`open (http://\S+)`)

// serve starts the program and returns once the web server answers. It is stopped when the test ends.
func serve(t *testing.T, args ...string) *program {
	t.Helper()
	return serveWith(t, nil, args...)
}

// serveWith is serve with additional environment variables.
func serveWith(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	p := &program{t: t, done: make(chan struct{})}
	p.cmd = exec.Command(binary, append(args, "--addr", "127.0.0.1:0")...)
	p.cmd.Env = append(os.Environ(), env...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go p.read(bufio.NewScanner(out), ready)
	t.Cleanup(func() { p.stop(); p.showOutput() })
	select {
	case p.url = <-ready:
	case <-p.done:
		t.Fatalf("it ended at once: %v", p.err)
	case <-time.After(patience):
		t.Fatal("it did not get ready")
	}
	return p
}

func (p *program) read(lines *bufio.Scanner, ready chan<- string) {
	for lines.Scan() {
		fmt.Fprintln(p, lines.Text())
		if found := readyLine.FindStringSubmatch(lines.Text()); found != nil {
			ready <- found[1]
		}
	}
	p.err = p.cmd.Wait()
	close(p.done)
}

// Write keeps the program's output for the log of a failing test.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.Write(b)
}

// said counts how often a text occurs in the program's output.
func (p *program) said(text string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.output.String(), text)
}

func (p *program) showOutput() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.t.Failed() {
		p.t.Logf("the program said:\n%s", p.output.String())
	}
}

// stop asks the program to end and waits.
func (p *program) stop() {
	p.end(syscall.SIGTERM)
	if p.err != nil && !errors.Is(p.err, os.ErrProcessDone) && p.cmd.ProcessState.Exited() {
		p.t.Errorf("it ended with %v", p.err)
	}
}

func (p *program) signal(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig) // it may have ended
}

func (p *program) end(sig syscall.Signal) {
	p.signal(sig)
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Error("it did not end")
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// command runs the program to its end and returns its output and its exit status.
func command(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return commandFed(t, "", args...)
}

// commandFed is command with a text on standard input.
func commandFed(t *testing.T, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// wait waits until is returns true.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	waitFor(t, what, patience, is)
}

// waitFor is wait with its own time limit.
func waitFor(t *testing.T, what string, limit time.Duration, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(limit); !is(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// waitForRun waits until the mailing's run is over and returns it.
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

// arrived checks that nobody was left out and that at most mostTwice letters came twice, identical to the byte. It returns how many were
// lost and how many were surplus copies.
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

// firstLetter waits for a letter after the first n and returns how long it took since then.
func firstLetter(relay *mailtest.Server, n int, since time.Time) time.Duration {
	relay.WaitFor(n+1, patience)
	return relay.Letters()[n].At.Sub(since)
}

// The people of an office.
const (
	ownerEmail     = "owner@example.com"
	ownerName      = "Olga Owner"
	colleagueEmail = "carl@example.com"
	officeClient   = "ann@example.com"
)

// office is a team with a client, a message and a mailing.
type office struct {
	path    string
	store   *store.Store
	owner   domain.User
	client  domain.Client
	mailing domain.Mailing // starts in two days
}

// openOffice makes an office whose owner reads that language.
func openOffice(t *testing.T, lang string) office {
	t.Helper()
	o := office{path: filepath.Join(t.TempDir(), "postrider.db")}
	o.store = storetest.OpenAt(t, o.path)
	o.owner = o.hire(t, ownerEmail, ownerName, lang)
	o.client = storetest.Client(t, o.store, o.owner.TeamID, officeClient)
	now := time.Now()
	o.mailing = storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now.Add(48*time.Hour), time.UTC).String(), "",
		"UTC", domain.Once)
	return o
}

// planSoon makes a mailing that starts so soon that its pages poll constantly.
func (o office) planSoon(t *testing.T) domain.Mailing {
	t.Helper()
	now := time.Now()
	return storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now.Add(8*time.Minute), time.UTC).String(), "", "UTC", domain.Once)
}

// hire makes a user with a team of their own.
func (o office) hire(t *testing.T, email, name, lang string) domain.User {
	t.Helper()
	u, err := o.store.AddUser(t.Context(), domain.SignUp{Email: email, Name: name, Password: storetest.Password, Language: lang,
		TimeZone: browserZone}, domain.RoleUser, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// share makes a user in the office's team.
func (o office) share(t *testing.T, email, lang string) {
	t.Helper()
	token := store.NewToken()
	actor := o.owner.Actor("")
	if _, err := o.store.Invite(t.Context(), actor, email, token, domain.SystemLetter{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	in := domain.SignUp{Name: "Carl", Password: storetest.Password, Language: lang, TimeZone: browserZone}
	if _, err := o.store.AcceptInvitation(t.Context(), actor, token, in, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// inBoth runs a test in the tested languages.
func inBoth(t *testing.T, name string, test func(t *testing.T, lang string)) {
	browserPath(t)
	for _, lang := range languages() {
		t.Run(name+", in "+lang, func(t *testing.T) {
			t.Parallel()
			test(t, lang)
		})
	}
}

// arrive is a person with a browser of their own.
func arrive(t *testing.T, url, lang string) newcomer {
	t.Helper()
	zone, err := time.LoadLocation(browserZone)
	if err != nil {
		t.Fatal(err)
	}
	return newcomer{browse(t, url, lang), locale.For(lang, zone), zone}
}

// signIn signs in from the sign-in page, wherever it leads.
func (n newcomer) signIn(email, password string) {
	n.t.Helper()
	if !n.is(`location.pathname === "/login"`) {
		n.open("/login")
	}
	n.fill("[name=email]", email)
	n.fill("[name=password]", password)
	n.click("main button", n.p.T("Sign in"))
	n.until(`location.pathname !== "/login" && document.querySelector("header .who")`)
}

// at waits until the browser is on that page.
func (n newcomer) at(path string) {
	n.t.Helper()
	n.until(`location.pathname === ` + quote(path) + ` && document.readyState === "complete"`)
}

// deadLink opens a path whose token is invalid and reads the page that says so.
func (n newcomer) deadLink(path string) {
	n.t.Helper()
	n.open(path)
	n.see(n.p.T("This link no longer works"))
	n.forgive(path)
}

// look checks how a page looks in every width and theme, and saves pictures if they are wanted.
func (n newcomer) look(name string) {
	n.t.Helper()
	v := tour{n.browser, os.Getenv("POSTRIDER_SCREENSHOTS"), map[string]bool{}}
	for _, width := range []int64{1280, 390} {
		for _, theme := range []string{"light", "dark"} {
			v.window(width, theme)
			shot := fmt.Sprintf("%s-%d-%s-%s", name, width, theme, n.p.Lang())
			for _, wrong := range eval[[]string](n.browser, lookOver) {
				n.t.Errorf("%s: %s", shot, wrong)
			}
			v.shoot(shot)
		}
	}
	if n.p.Lang() == locale.Russian {
		v.readRussian(name)
	}
	v.window(1280, "light")
}
