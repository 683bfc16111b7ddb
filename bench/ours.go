package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"postrider/domain"
	"postrider/jobs"
	"postrider/mail/relay"
	"postrider/store"
	"postrider/store/storetest"
)

// The only user of a benchmark database.
const (
	email    = "bench@postrider.example"
	password = "correct horse battery"
)

// fill creates a database file with clients and a mailing to all of them that starts at start.
func fill(ctx context.Context, path string, clients int, start time.Time) (m domain.Mailing, err error) {
	db, err := store.Open(ctx, path)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	before := start.Add(-time.Hour)
	u, err := db.AddUser(ctx, domain.SignUp{Email: email, Name: "Corner Bakery", Password: password, Language: "en",
		TimeZone: "UTC"}, domain.RoleAdmin, before)
	if err != nil {
		return m, err
	}
	if err := storetest.AddClients(ctx, path, u.TeamID, clients, before); err != nil {
		return m, err
	}
	msg, err := db.CreateMessage(ctx, domain.CommandLineActor(), domain.Message{TeamID: u.TeamID, Subject: subject, Body: body}, before)
	if err != nil {
		return m, err
	}
	schedule, err := domain.NewSchedule(domain.LocalTimeOf(start, time.UTC).String(), "", "UTC", string(domain.Once))
	if err != nil {
		return m, err
	}
	return db.CreateMailing(ctx, domain.CommandLineActor(), domain.Mailing{TeamID: u.TeamID, Name: "Weekly newsletter", MessageID: msg.ID,
		Audience: domain.AudienceAll, Schedule: schedule}, before)
}

// begin starts the due run and copies all its recipients.
func begin(ctx context.Context, db *store.Store) (domain.Run, error) {
	now := time.Now()
	if _, err := db.StartDue(ctx, sender, now); err != nil {
		return domain.Run{}, err
	}
	for more := true; more; {
		var err error
		if more, err = db.SnapshotRecipients(ctx, now); err != nil {
			return domain.Run{}, err
		}
	}
	id, err := db.LastRunID(ctx)
	if err != nil {
		return domain.Run{}, err
	}
	return db.Run(ctx, id)
}

// runOurs sends letters from a database of its own, as the service does. profile is the file for a CPU profile, or "".
func runOurs(ctx context.Context, addr string, connections, letters int, profile string) (err error) {
	dir, err := os.MkdirTemp("", "postrider-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "bench.db")
	if _, err := fill(ctx, path, letters, time.Now().Truncate(time.Minute)); err != nil {
		return err
	}
	db, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	run, err := begin(ctx, db)
	if err != nil {
		return err
	}
	stop, err := profiled(profile)
	if err != nil {
		return err
	}
	return errors.Join(sendRun(ctx, db, run, addr, connections), stop())
}

// sendRun sends a whole run, as the service does.
func sendRun(ctx context.Context, db *store.Store, run domain.Run, addr string, connections int) error {
	to, err := relay.ParseURL("smtp+insecure://" + addr)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	s, err := jobs.New(jobs.Config{Store: db, Dial: to.Dial, From: sender, Connections: connections, Every: time.Second,
		Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(sending) }()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for run.State.Active() {
		select {
		case err := <-ended:
			return errors.Join(errors.New("the sender has stopped"), err)
		case <-ticker.C:
		}
		if run, err = db.Run(ctx, run.ID); err != nil {
			return err
		}
	}
	cancel()
	if err := <-ended; err != nil {
		return err
	}
	if run.Counts.Sent != run.Counts.Recipients {
		return fmt.Errorf("%d of %d letters were sent", run.Counts.Sent, run.Counts.Recipients)
	}
	return nil
}

// profiled starts a CPU profile if path is not "".
func profiled(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error { pprof.StopCPUProfile(); return file.Close() }, nil
}
