// Command bench measures Postrider against a bare SMTP loop, and what a run costs: throughput, page latency, memory, and
// the time until it serves and sends. It also measures how fast public pages are, and what one team can do to another.
// It prints Markdown tables. Everything runs on this machine, over loopback. The relay, which accepts letters and keeps
// nothing, and the load generators are separate processes.
//
//	go run ./bench                                throughput, a run of 100,000 letters, and kill -9 with 1,000,000
//	                                              deliveries half sent, and the public pages: about 9 minutes
//	go run ./bench -parts run -letters 1000000
//	go run ./bench -parts throughput -latencies 0s -connections 32 -profiles .
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plan is what to measure.
type plan struct {
	parts       []string
	latencies   []time.Duration
	connections []int
	dotOnly     bool
	repeat      int
	letters     int
	rows        int
	profiles    string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run does one of the tasks of the processes that bench starts, or all measurements when started by a person.
func run(ctx context.Context, args []string) error {
	task := ""
	if len(args) > 0 {
		task = args[0]
	}
	switch task {
	case "sink":
		latency, err := time.ParseDuration(args[1])
		return errors.Join(err, runSink(ctx, latency, args[2] == "true"))
	case "bare", "ours":
		connections, err := strconv.Atoi(args[2])
		letters, err2 := strconv.Atoi(args[3])
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if task == "bare" {
			return runBare(args[1], connections, letters)
		}
		return runOurs(ctx, args[1], connections, letters, args[4])
	case "pages":
		return runPages(ctx, args[1], args[2:])
	case "attack":
		return runAttack(ctx, args[1])
	case "readers":
		return runReaders(ctx, args[1], args[2], args[3] == "paced")
	}
	p, err := readPlan(args)
	if err != nil {
		return err
	}
	return p.run(ctx)
}

func readPlan(args []string) (plan, error) {
	var p plan
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	parts := flags.String("parts", "throughput,run,restart,public,fairness", "what to measure")
	latencies := flags.String("latencies", "0s,5ms,50ms", "of the relay, for throughput")
	connections := flags.String("connections", "1,8,32", "to the relay, for throughput")
	flags.BoolVar(&p.dotOnly, "dot", false, "delay only the reply to the final dot, not every one")
	flags.IntVar(&p.repeat, "repeat", 3, "how often throughput is measured; medians are printed")
	flags.IntVar(&p.letters, "letters", 100_000, "of the run")
	flags.IntVar(&p.rows, "rows", 1_000_000, "deliveries, half of them sent, for restart")
	flags.StringVar(&p.profiles, "profiles", "", "`folder` for CPU profiles of ours, one a latency and number of connections")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	p.parts = strings.Split(*parts, ",")
	for _, text := range strings.Split(*latencies, ",") {
		d, err := time.ParseDuration(text)
		if err != nil {
			return p, err
		}
		p.latencies = append(p.latencies, d)
	}
	for _, text := range strings.Split(*connections, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return p, err
		}
		p.connections = append(p.connections, n)
	}
	return p, nil
}

func (p plan) run(ctx context.Context) error {
	fmt.Printf("%s, %s, %d cores, %s/%s\n", time.Now().UTC().Format("2 January 2006"), runtime.Version(), runtime.NumCPU(),
		runtime.GOOS, runtime.GOARCH)
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{{"throughput", p.throughput}, {"run", p.wholeRun}, {"restart", p.restart}, {"public", p.public},
		{"fairness", p.fairness}} {
		if !slices.Contains(p.parts, part.name) {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}
