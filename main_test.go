package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is a buffer that a running program may write to.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// started runs the program until the test ends, and returns its address once the web answers.
func started(t *testing.T, env map[string]string, args ...string) (address string, out *output, stop func() error) {
	t.Helper()
	out = &output{}
	address, stop = startedOn(t, env, out, out, args...)
	return address, out, stop
}

// startedOn is started with the terminal and the log apart.
func startedOn(t *testing.T, env map[string]string, out, log *output, args ...string) (address string, stop func() error) {
	t.Helper()
	ready := make(chan string, 1)
	p := program{getenv: func(name string) string { return env[name] }, stdout: out, stderr: log,
		ready: func(a string) { ready <- a }}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx, args) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() { cancel(); err = <-ended })
		return err
	}
	t.Cleanup(func() { _ = stop() })
	select {
	case address = <-ready:
	case err := <-ended:
		ended <- err
		t.Fatalf("it ended with %v: %s", err, log)
	case <-time.After(patience):
		t.Fatal("it did not get ready")
	}
	return address, stop
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// patience is how long a test waits for what must happen.
const patience = 3 * time.Minute

func TestServe(t *testing.T) {
	t.Run("says where to open the browser and where letters go, answers, and stops when told", func(t *testing.T) {
		address, out, stop := started(t, map[string]string{"POSTRIDER_ADDR": "127.0.0.1:0"}, "--db", filepath.Join(t.TempDir(), "p.db"))
		_, port, _ := strings.Cut(address, ":")
		for _, want := range []string{"open http://localhost:" + port, "built-in mailbox: http://localhost:" + port + "/mailbox"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("it did not say %q: %s", want, out)
			}
		}
		if status, body := get(t, "http://"+address+"/healthz"); status != http.StatusOK || strings.TrimSpace(body) != "ok" {
			t.Errorf("healthz answers %d %q", status, body)
		}
		if status, _ := get(t, "http://"+address+"/readyz"); status != http.StatusOK {
			t.Errorf("readyz answers %d", status)
		}
		if err := stop(); err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Run("fills the demo, and takes its database away at the end", func(t *testing.T) {
		address, out, stop := started(t, nil, "demo", "--addr", "127.0.0.1:0")
		if !strings.Contains(out.String(), demoEmail) || !strings.Contains(out.String(), demoPassword) {
			t.Errorf("it does not say how to sign in: %s", out)
		}
		if status, _ := get(t, "http://"+address+"/login"); status != http.StatusOK {
			t.Errorf("login answers %d", status)
		}
		if err := stop(); err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestEnvironment(t *testing.T) {
	var out output
	env := map[string]string{"POSTRIDER_TICK": "never", "POSTRIDER_SIGNUP": "maybe", "POSTRIDER_DB": filepath.Join(t.TempDir(), "p.db")}
	p := program{getenv: func(name string) string { return env[name] }, stdout: &out, stderr: &out}
	err := p.run(t.Context(), []string{"next", "--signup", "closed"})
	if status(err) != exitSettings || !strings.Contains(err.Error(), "POSTRIDER_TICK") {
		t.Errorf("got status %d: %v", status(err), err)
	}
	if strings.Contains(err.Error(), "POSTRIDER_SIGNUP") {
		t.Errorf("a flag does not win over the environment: %v", err)
	}
}

func TestDemoSettings(t *testing.T) {
	var out output
	p := program{getenv: func(string) string { return "" }, stdout: &out, stderr: &out}
	err := p.run(t.Context(), []string{"demo", "--smtp", "smtp://relay.example.com", "--addr", "0.0.0.0:0"})
	if status(err) != exitSettings || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("a demo whose mailbox strangers could read ended with %d: %v", status(err), err)
	}
}

func TestVersion(t *testing.T) {
	var out output
	p := program{getenv: func(string) string { return "" }, stdout: &out, stderr: &out}
	if err := p.run(t.Context(), []string{"version"}); err != nil || !strings.Contains(out.String(), "SQLite 3.") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestHelp(t *testing.T) {
	var out output
	p := program{getenv: func(string) string { return "" }, stdout: &out, stderr: &out}
	if err := p.run(t.Context(), []string{"--help"}); err != nil || !strings.Contains(out.String(), "--smtp") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
