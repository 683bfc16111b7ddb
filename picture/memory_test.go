package picture

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"
)

// Three files of a few kilobytes that decode to 12 MB each, at once.
func TestMemoryIsBounded(t *testing.T) {
	file := emptyPNG(t, 3000, 1000)
	if len(file) > 1<<20 {
		t.Fatalf("the file has %d bytes", len(file))
	}
	maker := NewMaker()
	maker.patience = time.Hour
	peak := peakOf(func() {
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if made, err := maker.Make(t.Context(), file); err != nil || len(made.Sizes) != 3 {
					t.Errorf("%d sizes, %v", len(made.Sizes), err)
				}
			})
		}
		all.Wait()
	})
	t.Logf("at most %d MB", peak>>20)
	if peak > 24<<20 {
		t.Errorf("%d MB: more than one was decoded at a time", peak>>20)
	}
}

// Files rejected by their header take no memory. (They contain only the first rows of pixels.)
func TestBombs(t *testing.T) {
	peak := peakOf(func() {
		for _, file := range [][]byte{emptyPNG(t, 5000, 5001), emptyPNG(t, 50000, 50000)} {
			if _, err := NewMaker().Make(t.Context(), file); !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
		}
	})
	if peak > 20<<20 {
		t.Errorf("%d MB", peak>>20)
	}
}

func TestOneAtATime(t *testing.T) {
	maker, file := NewMaker(), emptyPNG(t, 1, 1)
	maker.turn <- struct{}{} // the turn is taken
	maker.patience = time.Millisecond
	if _, err := maker.Make(t.Context(), file); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
	maker.patience = time.Hour
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := maker.Make(gone, file); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-maker.turn
	for range 2 {
		if _, err := maker.Make(t.Context(), file); err != nil {
			t.Error(err)
		}
	}
}

// peakOf is by how many bytes heap use exceeded the initial value at most.
func peakOf(do func()) uint64 {
	var now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&now)
	before, peak := now.HeapAlloc, now.HeapAlloc
	done := make(chan struct{})
	go func() {
		do()
		close(done)
	}()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		select {
		case <-done:
			tick.Stop()
			return peak - before
		case <-tick.C:
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
	}
}

// emptyPNG is a transparent PNG of 8-bit RGBA. It is complete up to 3000 by 1000.
func emptyPNG(t *testing.T, wide, high int) []byte {
	t.Helper()
	var points bytes.Buffer
	z := zlib.NewWriter(&points)
	if _, err := io.CopyN(z, zeros{}, int64(min(high, 1000))*int64(1+4*min(wide, 3000))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(wide)), uint32(high))
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		kind string
		data []byte
	}{{"IHDR", append(head, 8, 6, 0, 0, 0)}, {"IDAT", points.Bytes()}, {"IEND", nil}} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c.data)))
		begins := len(out)
		out = append(append(out, c.kind...), c.data...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[begins:]))
	}
	return out
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
