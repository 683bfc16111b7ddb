package markdown_test

import (
	"flag"
	"runtime"
	"syscall"
	"testing"
	"time"

	"postrider/markdown"
)

// mostTime is how much processor time a letter or an article of mostBytes may take.
const (
	mostTime  = slowdown * 50 * time.Millisecond
	mostBytes = 20_000
)

// watched is how much slower code runs while the fuzzer measures coverage.
const watched = 5

// It measures processor time, so a busy machine does not matter. It takes the best of several tries, because the
// garbage collector may run in any of them.
func FuzzTime(f *testing.F) {
	fuzz(f, func(t *testing.T, in string) {
		checkTime(t, "a letter", func() {
			_, _, err := markdown.Letter(t.Context(), in)
			refusedOr(t, err)
		})
		checkTime(t, "an article", func() {
			_, err := markdown.Article(t.Context(), in)
			refusedOr(t, err)
		})
	})
}

func checkTime(t *testing.T, what string, render func()) {
	t.Helper()
	most := time.Duration(mostTime)
	if flag.Lookup("test.fuzz").Value.String() != "" {
		most *= watched
	}
	var took time.Duration
	for range 3 {
		before := processor(t)
		render()
		if took = processor(t) - before; took <= most {
			return
		}
		runtime.GC()
	}
	t.Errorf("%s takes %s", what, took)
}

// processor is the processor time that this process has used.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
