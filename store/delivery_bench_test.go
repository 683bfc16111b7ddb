package store_test

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// BenchmarkCommit sends letters of a run of 100,000 without a relay: it claims them as a quick sender with 32 connections
// does, and commits them in groups. It reports microseconds a letter, of processor time (all threads) and by the clock.
func BenchmarkCommit(b *testing.B) {
	for _, group := range []int{9, 16, 32} {
		b.Run(fmt.Sprintf("groups of %d", group), func(b *testing.B) {
			s, due := bigRun(b, 100_000)
			var pool []store.Claimed
			var last []store.Done
			letters := 0
			before := processorTime(b)
			for b.Loop() {
				if len(pool) < group {
					pool = append(pool, claimMany(b, s, due)...)
				}
				next := pool[:group]
				pool = pool[group:]
				cleared, _, err := s.Commit(b.Context(), last, next, due)
				if err != nil || len(cleared) != group {
					b.Fatalf("cleared %v, %v", cleared, err)
				}
				last = sent(next, due)
				letters += group
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(letters), "cpu-us/letter")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(letters), "us/letter")
		})
	}
}

// bigRun is a store with a run of n letters that is due.
func bigRun(b *testing.B, n int) (*store.Store, time.Time) {
	path := filepath.Join(b.TempDir(), "postrider.db")
	s := storetest.OpenAt(b, path)
	u := storetest.User(b, s, "a@example.com")
	if err := storetest.AddClients(b.Context(), path, u.TeamID, n, now); err != nil {
		b.Fatal(err)
	}
	due := time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)
	storetest.Mailing(b, s, u.TeamID, now, "2026-03-10T13:00", "2026-03-10T15:00", "UTC", domain.Once)
	if _, err := s.StartDue(b.Context(), "News <news@example.com>", due); err != nil {
		b.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.SnapshotRecipients(b.Context(), due); err != nil {
			b.Fatal(err)
		}
	}
	return s, due
}

func claimMany(b *testing.B, s *store.Store, at time.Time) []store.Claimed {
	got, err := s.Claim(b.Context(), 1, 512, at)
	if err != nil || len(got) < 32 {
		b.Fatalf("%d letters are left, %v: run fewer", len(got), err)
	}
	return got
}

func sent(all []store.Claimed, at time.Time) []store.Done {
	done := make([]store.Done, len(all))
	for i, c := range all {
		done[i] = store.Done{Claimed: c, At: at, Next: domain.Step{State: domain.DeliverySent, NextAt: at, Counts: true},
			Result: domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient,
				Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "Ok: queued as 12345"}}}
	}
	return done
}

// processorTime is how much this process has used.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
