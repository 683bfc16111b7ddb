package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// site is a directory with the built program and its database.
type site struct {
	dir, binary, db string
}

func newSite(ctx context.Context) (s site, err error) {
	if s.dir, err = os.MkdirTemp("", "postrider-bench-"); err != nil {
		return s, err
	}
	s.binary, s.db = filepath.Join(s.dir, "postrider"), filepath.Join(s.dir, "bench.db")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "postrider").CombinedOutput(); err != nil {
		return s, errors.Join(fmt.Errorf("build: %w: %s", err, out), s.remove())
	}
	return s, nil
}

func (s site) remove() error { return os.RemoveAll(s.dir) }

// program is the running program.
type program struct {
	cmd *exec.Cmd
	url string
}

var readyLine = regexp.MustCompile(`open (http://\S+)`)

// serve starts the program and returns when it answers requests.
func (s site) serve(ctx context.Context, relay string, connections int) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, s.binary, "--db", s.db, "--addr", "127.0.0.1:0", "--from", sender,
		"--smtp", "smtp+insecure://"+relay, "--smtp-connections", strconv.Itoa(connections), "--log-level", "warn")}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := readyLine.FindStringSubmatch(lines.Text()); found != nil {
			p.url = found[1]
			go func() { _, _ = io.Copy(io.Discard, out) }() // it must not block on its output
			return p, nil
		}
	}
	return nil, errors.Join(errors.New("the program did not get ready"), p.cmd.Wait())
}

// end sends the signal and waits for the process to end. An end by SIGKILL is not an error.
func (p *program) end(sig syscall.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil {
		return err
	}
	err := p.cmd.Wait()
	if exit := (*exec.ExitError)(nil); sig == syscall.SIGKILL && errors.As(err, &exit) {
		return nil
	}
	return err
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the peak memory use of the program, in MiB (proc_pid_status(5)).
func (p *program) peak() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	found := peakLine.FindSubmatch(status)
	if found == nil {
		return 0, errors.New("this system does not tell the peak of memory")
	}
	kib, err := strconv.Atoi(string(found[1]))
	return kib >> 10, err
}

// waitFor waits until the sink has seen what is wanted, and returns it.
func waitFor(ctx context.Context, s *sinkProcess, limit time.Duration, wanted func(tally) bool) (tally, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		seen, err := s.peek()
		if err != nil || wanted(seen) {
			return seen, err
		}
		select {
		case <-ctx.Done():
			return seen, fmt.Errorf("%d letters had arrived after %s", seen.Letters, limit)
		case <-ticker.C:
		}
	}
}
