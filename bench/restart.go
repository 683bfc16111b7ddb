package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// restart kills the program in the middle of a large run, and measures how soon it serves and sends again.
func (p plan) restart(ctx context.Context) (err error) {
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
	if err := s.halfSent(ctx, p.rows); err != nil {
		return err
	}
	if err := s.killed(ctx, sink); err != nil {
		return err
	}
	began := time.Now()
	program, err := s.serve(ctx, sink.addr, runConnections)
	if err != nil {
		return err
	}
	serving := time.Since(began)
	seen, err := waitFor(ctx, sink, time.Minute, func(t tally) bool { return t.Letters > 0 })
	if err != nil {
		return errors.Join(err, program.end(syscall.SIGKILL))
	}
	fmt.Printf("\nAfter kill -9 with %d deliveries, half of them sent.\n\n| | |\n|---|--:|\n", p.rows)
	fmt.Printf("| serving | %d ms |\n", serving.Milliseconds())
	fmt.Printf("| first letter | %d ms |\n", time.Unix(0, seen.FirstDot).Sub(began).Milliseconds())
	return program.end(syscall.SIGKILL)
}

// halfSent creates a database with a run whose first half is sent.
func (s site) halfSent(ctx context.Context, rows int) error {
	if _, err := fill(ctx, s.db, rows, time.Now().Truncate(time.Minute)); err != nil {
		return err
	}
	db, err := store.Open(ctx, s.db)
	if err != nil {
		return err
	}
	run, err := begin(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return storetest.SendHalf(ctx, s.db, run.ID, time.Now())
}

// killed lets the program send for a while and then ends it like a power cut.
func (s site) killed(ctx context.Context, sink *sinkProcess) error {
	program, err := s.serve(ctx, sink.addr, runConnections)
	if err != nil {
		return err
	}
	_, err = waitFor(ctx, sink, time.Minute, func(t tally) bool { return t.Letters >= 5000 })
	if err := errors.Join(err, program.end(syscall.SIGKILL)); err != nil {
		return err
	}
	time.Sleep(100 * time.Millisecond) // until what was on the wire has arrived
	_, err = sink.take()
	return err
}

// pause keeps a mailing from starting before it is resumed.
func (s site) pause(ctx context.Context, m domain.Mailing) error {
	db, err := store.Open(ctx, s.db)
	if err != nil {
		return err
	}
	_, err = db.PauseMailing(ctx, domain.CommandLineActor(), m.ID, time.Now())
	return errors.Join(err, db.Close())
}
