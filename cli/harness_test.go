package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
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

// started runs the program until the test ends. It returns its address once the web server answers.
func started(t *testing.T, env map[string]string, args ...string) (address string, out *output, stop func() error) {
	t.Helper()
	out = &output{}
	address, stop = startedOn(t, env, out, out, args...)
	return address, out, stop
}

// startedOn is started with separate terminal output and log.
func startedOn(t *testing.T, env map[string]string, out, log *output, args ...string) (address string, stop func() error) {
	t.Helper()
	ready := make(chan string, 1)
	p := program{System: System{Getenv: func(name string) string { return env[name] }, Stdout: out, Stderr: log}, ready: func(a string) { ready <- a }}
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

// patience is how long a test waits for something that must happen.
const patience = 3 * time.Minute
