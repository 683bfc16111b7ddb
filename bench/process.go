package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// itself is a command that runs this program with another task.
func itself(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr = os.Stderr
	return cmd, nil
}

// load runs a task of this program in a separate process, to its end.
func load(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd, err := itself(ctx, args...)
	if err != nil {
		return err
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// sinkProcess is a sink in a separate process.
type sinkProcess struct {
	cmd     *exec.Cmd
	asks    io.WriteCloser
	answers *json.Decoder
	addr    string
}

func startSink(ctx context.Context, latency time.Duration, dotOnly bool) (*sinkProcess, error) {
	cmd, err := itself(ctx, "sink", latency.String(), strconv.FormatBool(dotOnly))
	if err != nil {
		return nil, err
	}
	asks, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	addr, err := lines.ReadString('\n')
	if err != nil {
		return nil, errors.Join(err, cmd.Wait())
	}
	return &sinkProcess{cmd, asks, json.NewDecoder(lines), strings.TrimSpace(addr)}, nil
}

// take returns what the sink has seen, and resets it.
func (s *sinkProcess) take() (tally, error) { return s.ask("take") }

// peek returns what the sink has seen so far.
func (s *sinkProcess) peek() (tally, error) { return s.ask("peek") }

func (s *sinkProcess) ask(what string) (t tally, err error) {
	if _, err := fmt.Fprintln(s.asks, what); err != nil {
		return t, err
	}
	return t, s.answers.Decode(&t)
}

func (s *sinkProcess) stop() error { return errors.Join(s.asks.Close(), s.cmd.Wait()) }
