package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"postrider/domain"
	"postrider/store"
)

// How one team attacks the others: the number of connections for each kind of request, and the number of messages, each
// as slow to search as possible.
const (
	attackConnections = 8
	attackMessages    = 60
	attackEmail       = "attack@postrider.example"
)

// What the other team sends during the attack: over a typical relay, and more letters than can leave in that time.
const (
	fairLatency = 5 * time.Millisecond
	fairLetters = 15_000
)

// fairness measures what one team loses while another does its worst: how long its pages take, and how fast its letters
// leave.
func (p plan) fairness(ctx context.Context) (err error) {
	s, err := newSite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	sink, err := startSink(ctx, fairLatency, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.stop()) }()
	m, err := fill(ctx, s.db, fairLetters, time.Now().Truncate(time.Minute))
	if err != nil {
		return err
	}
	if err := addAttackers(ctx, s.db); err != nil {
		return err
	}
	program, err := s.serve(ctx, sink.addr, runConnections)
	if err != nil {
		return err
	}
	if err := compare(ctx, program, sink, m); err != nil {
		return errors.Join(err, program.end(syscall.SIGKILL))
	}
	return program.end(syscall.SIGTERM)
}

// addAttackers adds a team with messages that are slow to search.
func addAttackers(ctx context.Context, path string) (err error) {
	db, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	u, err := db.AddUser(ctx, domain.SignUp{Email: attackEmail, Name: "Attackers", Password: password, Language: "en", TimeZone: "UTC"},
		domain.RoleUser, time.Now())
	for i := 0; i < attackMessages && err == nil; i++ {
		_, err = db.CreateMessage(ctx, domain.CommandLineActor(), domain.Message{TeamID: u.TeamID, Subject: "x", Body: strings.Repeat("a", domain.MaxBody)}, time.Now())
	}
	return err
}

// compare requests the pages of one team and counts its letters, without and with the attack.
func compare(ctx context.Context, program *program, sink *sinkProcess, m domain.Mailing) error {
	paths := []string{fmt.Sprintf("/mailings/%d", m.ID), "/clients", "/clients?q=schmidt", "/messages", "/"}
	if _, err := waitFor(ctx, sink, time.Minute, func(t tally) bool { return t.Letters > 0 }); err != nil {
		return err
	}
	idle, before, err := watched(ctx, program, sink, paths)
	if err != nil {
		return err
	}
	attack, err := itself(ctx, "attack", program.url)
	if err != nil {
		return err
	}
	if err := attack.Start(); err != nil {
		return err
	}
	time.Sleep(time.Second) // until the attack has begun
	attacked, during, err := watched(ctx, program, sink, paths)
	_ = attack.Process.Kill() // it does not end by itself
	_ = attack.Wait()
	if err != nil {
		return err
	}
	fmt.Printf("\nOne team attacks with %d connections for each of searches, previews and new messages; another sends over %d connections "+
		"to a relay with %s latency.\n\n| | alone | under attack |\n|---|--:|--:|\n", attackConnections, runConnections, fairLatency)
	for _, path := range paths {
		fmt.Printf("| `GET %s`, 95th percentile | %s | %s |\n", path, millis(idle[path]), millis(attacked[path]))
	}
	fmt.Printf("| letters a second | %s | %s |\n| share | 1 | %.2f |\n", figure(before), figure(during), during/before)
	return nil
}

// watched requests pages, and measures how many letters a second leave during that time.
func watched(ctx context.Context, program *program, sink *sinkProcess, paths []string) (took map[string]time.Duration, rate float64, err error) {
	first, err := sink.peek()
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	if took, err = askPages(ctx, program.url, paths...); err != nil {
		return nil, 0, err
	}
	last, err := sink.peek()
	if last.Letters >= fairLetters {
		return nil, 0, errors.New("the run ended too early: more letters are needed")
	}
	return took, float64(last.Letters-first.Letters) / time.Since(began).Seconds(), err
}

// runAttack does the worst that a team can do, until it is killed.
func runAttack(ctx context.Context, base string) error {
	v, err := signInAs(ctx, base, attackEmail)
	if err != nil {
		return err
	}
	v.client.Transport = &http.Transport{MaxIdleConnsPerHost: 3 * attackConnections}
	search := "/messages?q=" + strings.Repeat("a", domain.MaxSearch-1) + "b"
	preview := url.Values{"subject": {"x"}, "body": {strings.Repeat("*a_ ", domain.MaxBody/16)}}
	message := url.Values{"subject": {"x"}, "body": {strings.Repeat("a", domain.MaxBody)}}
	var running sync.WaitGroup
	for range attackConnections {
		for _, ask := range []func() error{
			func() error { return v.do(ctx, http.MethodGet, search, nil) },
			func() error { return v.do(ctx, http.MethodPost, "/messages/preview", preview) },
			func() error { return v.do(ctx, http.MethodPost, "/messages", message) },
		} {
			running.Go(func() {
				for ctx.Err() == nil {
					_ = ask() // the service may refuse it
				}
			})
		}
	}
	running.Wait()
	return nil
}
