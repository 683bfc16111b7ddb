package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"postrider/domain"
)

// runConnections is how many connections a whole run uses: the program's default.
const runConnections = 8

// leastRate is how many letters a second a whole run must reach after the first minute; below that it is aborted.
const leastRate = 500

// wholeRun sends a run through the built program and prints what it costs: memory, the time to the first letter, and
// how long pages take while it is sending.
func (p plan) wholeRun(ctx context.Context) (err error) {
	s, err := newSite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	sink, err := startSink(ctx, 0, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.stop()) }()
	m, err := fill(ctx, s.db, p.letters, time.Now().Truncate(time.Minute))
	if err != nil {
		return err
	}
	if err := s.pause(ctx, m); err != nil {
		return err
	}
	program, err := s.serve(ctx, sink.addr, runConnections)
	if err != nil {
		return err
	}
	if err := p.watch(ctx, program, sink, m); err != nil {
		return errors.Join(err, program.end(syscall.SIGKILL))
	}
	return program.end(syscall.SIGTERM)
}

// watch starts the run and measures.
func (p plan) watch(ctx context.Context, program *program, sink *sinkProcess, m domain.Mailing) error {
	page := fmt.Sprintf("/mailings/%d", m.ID)
	idle, err := askPages(ctx, program.url, page, "/clients")
	if err != nil {
		return err
	}
	visitor, err := signIn(ctx, program.url)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := visitor.do(ctx, http.MethodPost, page+"/resume", nil); err != nil {
		return err
	}
	busy, err := askPages(ctx, program.url, page, "/clients")
	if err != nil {
		return err
	}
	during, err := sink.peek()
	if err != nil {
		return err
	}
	limit := time.Minute + time.Duration(p.letters/leastRate)*time.Second
	seen, err := waitFor(ctx, sink, limit, func(t tally) bool { return t.Letters >= p.letters })
	if err != nil {
		return err
	}
	peak, err := program.peak()
	if err != nil {
		return err
	}
	fmt.Printf("\nA run of %d letters through the built program, %d connections, no latency.\n\n| | |\n|---|--:|\n", p.letters, runConnections)
	fmt.Printf("| first letter after the start | %d ms |\n", time.Unix(0, seen.FirstDot).Sub(began).Milliseconds())
	fmt.Printf("| whole run | %.1f s, %s letters a second |\n", time.Unix(0, seen.LastDot).Sub(began).Seconds(), figure(seen.rate()))
	fmt.Printf("| peak memory | %d MiB |\n", peak)
	for _, path := range []string{page, "/clients"} {
		fmt.Printf("| `GET %s`, 95th percentile: idle, during the run | %s, %s |\n", path, millis(idle[path]), millis(busy[path]))
	}
	if during.Letters >= p.letters {
		fmt.Println("\nThe run ended before the pages had been asked for: use more letters.")
	}
	return nil
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
