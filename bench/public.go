package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"postrider/store/storetest"
)

// The size of the database for the public pages.
const (
	publicPosts   = 10_000
	publicClients = 1_000_000
)

// article is the text of each article, in Markdown: about three minutes to read.
func article() string {
	const paragraph = "A mailing that *nobody* waits for is a **nuisance**, however well it is written. Ask people first, " +
		"write [what they asked for](https://example.com/), and say on each letter how to leave. Then send it when they read."
	return strings.Repeat("## What to write\n\n"+strings.Repeat(paragraph+"\n\n", 3)+"- one\n- two\n- three\n\n", 5)
}

// public measures the pages that strangers read: how many a second with many readers, and how long each takes at the
// pace of a good day on a small server.
func (p plan) public(ctx context.Context) (err error) {
	s, err := newSite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()
	now := time.Now()
	if _, err := fill(ctx, s.db, publicClients, now.Add(24*time.Hour).Truncate(time.Minute)); err != nil {
		return err
	}
	if err := storetest.AddPosts(ctx, s.db, publicPosts, article(), now.Add(-time.Hour)); err != nil {
		return err
	}
	sink, err := startSink(ctx, 0, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.stop()) }()
	program, err := s.serve(ctx, sink.addr, 1)
	if err != nil {
		return err
	}
	err = readPages(ctx, program.url)
	return errors.Join(err, program.end(syscall.SIGTERM))
}

func readPages(ctx context.Context, base string) error {
	fmt.Printf("\nPublic pages with %d articles and %d clients.\n\n", publicPosts, publicClients)
	fmt.Printf("| | %d readers at once | p50 | p99 | %d a second: p50 | p99 |\n|---|--:|--:|--:|--:|--:|\n", readersAtOnce, readersPace)
	for _, page := range []struct{ name, path string }{{"home", "/"}, {"blog", "/blog"}, {"an article", "/blog/article-5000"},
		{"any article", "/blog/article-%d"}} {
		busy, err := readersOf(ctx, base, page.path, "busy")
		if err != nil {
			return err
		}
		paced, err := readersOf(ctx, base, page.path, "paced")
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %.0f/s | %.1f ms | %.1f ms | %.1f ms | %.1f ms |\n", page.name, busy.Rate, ms(busy.P50), ms(busy.P99),
			ms(paced.P50), ms(paced.P99))
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// readersOf reads a page from a separate process.
func readersOf(ctx context.Context, base, path, how string) (seen reading, err error) {
	cmd, err := itself(ctx, "readers", base, path, how)
	if err != nil {
		return seen, err
	}
	out, err := cmd.Output()
	if err != nil {
		return seen, fmt.Errorf("readers of %s: %w", path, err)
	}
	return seen, json.Unmarshal(out, &seen)
}
