// Package e2e drives the built program as people do: with a browser, by plain forms, from the command line, and by
// killing it.
package e2e

import (
	"bufio"
	"bytes"
	"errors"
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
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

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
		return m.Run()
	}())
}

// program is a running serve.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	done chan struct{} // closed when it has ended
	err  error         // how it has ended

	mu     sync.Mutex
	output bytes.Buffer
}

var readyLine = regexp.MustCompile(`open (http://\S+)`)

// serve starts the program and returns when the web answers. It is stopped with the test.
func serve(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, done: make(chan struct{})}
	p.cmd = exec.Command(binary, append(args, "--addr", "127.0.0.1:0")...)
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

// Write keeps what the program says, for the log of a test that fails.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.Write(b)
}

// said counts how often a text stands in what the program has said.
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

// stop asks the program to end, and waits.
func (p *program) stop() {
	p.end(syscall.SIGTERM)
	if p.err != nil && !errors.Is(p.err, os.ErrProcessDone) && p.cmd.ProcessState.Exited() {
		p.t.Errorf("it ended with %v", p.err)
	}
}

func (p *program) signal(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig) // it may have ended already
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

// command runs the program to its end and returns what it printed and its exit status.
func command(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return commandFed(t, "", args...)
}

// commandFed is command with a text on its standard input.
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

// wait waits until is says yes.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	waitFor(t, what, patience, is)
}

// waitFor is wait with a limit of its own.
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
