package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// cell is one line of the throughput table.
type cell struct {
	latency     time.Duration
	connections int
	letters     int
}

// The number of letters is chosen so that a measurement takes about this long, from an estimate of what a letter costs
// without latency.
const (
	aMeasurement = 2500 * time.Millisecond
	aLetter      = 150 * time.Microsecond // of both processors together
)

func (p plan) cell(latency time.Duration, connections int) cell {
	replies := 4
	if p.dotOnly {
		replies = 1
	}
	each := time.Duration(replies)*latency + 2*aLetter
	rate := min(float64(connections)/each.Seconds(), 1/aLetter.Seconds())
	rounds := int(rate*aMeasurement.Seconds())/connections + 1
	return cell{latency, connections, max(rounds, 4) * connections}
}

// throughput measures the bare loop and ours in turn, and prints a line for each latency and number of connections.
func (p plan) throughput(ctx context.Context) error {
	where := "every reply"
	if p.dotOnly {
		where = "the reply to the final dot"
	}
	fmt.Printf("\nLetters a second; the latency is that of %s; medians of %d, bare loop and ours in turn.\n\n", where, p.repeat)
	fmt.Println("| latency | connections | letters | bare loop | ours | ratio | lowest to highest |")
	fmt.Println("|--:|--:|--:|--:|--:|--:|--:|")
	for _, latency := range p.latencies {
		if err := p.atLatency(ctx, latency); err != nil {
			return err
		}
	}
	return nil
}

func (p plan) atLatency(ctx context.Context, latency time.Duration) error {
	s, err := startSink(ctx, latency, p.dotOnly)
	if err != nil {
		return err
	}
	for _, connections := range p.connections {
		if err := p.measure(ctx, s, p.cell(latency, connections)); err != nil {
			return errors.Join(err, s.stop())
		}
	}
	return s.stop()
}

func (p plan) measure(ctx context.Context, s *sinkProcess, c cell) error {
	var bare, ours, ratios []float64
	for range p.repeat {
		b, err := rateOf(ctx, s, c, "bare")
		if err != nil {
			return err
		}
		o, err := rateOf(ctx, s, c, "ours", p.profileOf(c))
		if err != nil {
			return err
		}
		bare, ours, ratios = append(bare, b), append(ours, o), append(ratios, o/b)
	}
	fmt.Printf("| %d ms | %d | %d | %s | %s | %.2f | %.2f to %.2f |\n", c.latency.Milliseconds(), c.connections, c.letters,
		figure(median(bare)), figure(median(ours)), median(ours)/median(bare), slices.Min(ratios), slices.Max(ratios))
	return nil
}

// rateOf makes a loop send the letters of a cell, in a separate process.
func rateOf(ctx context.Context, s *sinkProcess, c cell, loop string, more ...string) (float64, error) {
	args := append([]string{loop, s.addr, strconv.Itoa(c.connections), strconv.Itoa(c.letters)}, more...)
	if err := load(ctx, args...); err != nil {
		return 0, err
	}
	seen, err := s.take()
	if err == nil && seen.Letters != c.letters {
		err = fmt.Errorf("%s: %d letters arrived of %d", loop, seen.Letters, c.letters)
	}
	return seen.rate(), err
}

// profileOf is the file for the CPU profile of a cell; "" for none.
func (p plan) profileOf(c cell) string {
	if p.profiles == "" {
		return ""
	}
	return filepath.Join(p.profiles, fmt.Sprintf("ours-%dms-%d.pprof", c.latency.Milliseconds(), c.connections))
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// figure formats a rate with as many digits as are meaningful.
func figure(rate float64) string {
	if rate < 100 {
		return fmt.Sprintf("%.1f", rate)
	}
	return fmt.Sprintf("%.0f", rate)
}
