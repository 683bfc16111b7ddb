package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// How public pages are read: by many readers at once, each asking again as soon as it has the answer, or at a fixed
// pace, however long the answers take.
const (
	readersAtOnce = 50
	readersPace   = 500 // per second
	readersFor    = 10 * time.Second
)

// reading is how fast a page was read.
type reading struct {
	Rate     float64 // requests per second
	P50, P99 time.Duration
}

// runReaders reads a path of the site at base; %d in the path becomes the number of a random article. It prints the
// reading as JSON.
func runReaders(ctx context.Context, base, path string, paced bool) error {
	host := strings.TrimPrefix(base, "http://")
	read, began := readBusily, time.Now()
	if paced {
		read = readPaced
	}
	took, err := read(ctx, host, path)
	if err != nil {
		return err
	}
	elapsed := time.Since(began)
	slices.Sort(took)
	return json.NewEncoder(os.Stdout).Encode(reading{float64(len(took)) / elapsed.Seconds(), took[len(took)/2], took[len(took)*99/100]})
}

// readBusily makes all readers send requests at once, again and again.
func readBusily(ctx context.Context, host, path string) ([]time.Duration, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var running sync.WaitGroup
	end := time.Now().Add(readersFor)
	for range readersAtOnce {
		running.Go(func() {
			took, err := readUntil(ctx, end, host, path)
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, took...), errors.Join(failed, err)
		})
	}
	running.Wait()
	return all, failed
}

func readUntil(ctx context.Context, end time.Time, host, path string) (took []time.Duration, err error) {
	r, err := newReader(ctx, host)
	if err != nil {
		return nil, err
	}
	for began := time.Now(); began.Before(end); began = time.Now() {
		if err := r.get(path); err != nil {
			return took, errors.Join(err, r.conn.Close())
		}
		took = append(took, time.Since(began))
	}
	return took, r.conn.Close()
}

// readPaced begins each request at its scheduled time. Its duration counts from then, even if no reader was free or
// this program was late.
func readPaced(ctx context.Context, host, path string) ([]time.Duration, error) {
	total := int(readersFor.Seconds()) * readersPace
	took, errs := make([]time.Duration, total), make([]error, total)
	free := make(chan *reader, readersAtOnce)
	for range readersAtOnce {
		r, err := newReader(ctx, host)
		if err != nil {
			return nil, err
		}
		free <- r
	}
	var running sync.WaitGroup
	began := time.Now()
	for i := range total {
		due := began.Add(time.Duration(i) * time.Second / readersPace)
		time.Sleep(time.Until(due))
		running.Go(func() {
			r := <-free
			errs[i] = r.get(path)
			took[i] = time.Since(due)
			free <- r
		})
	}
	running.Wait()
	return took, errors.Join(errs...)
}

// reader is a minimal browser, because its own cost is part of the measurement.
type reader struct {
	conn net.Conn
	in   *bufio.Reader
	host string
}

func newReader(ctx context.Context, host string) (*reader, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	return &reader{conn, bufio.NewReader(conn), host}, nil
}

// get requests the page as a first-time visitor, and reads all of it.
func (r *reader) get(path string) error {
	if strings.Contains(path, "%d") {
		path = fmt.Sprintf(path, 1+rand.IntN(publicPosts))
	}
	_, err := fmt.Fprintf(r.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html\r\n"+
		"Accept-Language: en\r\nAccept-Encoding: gzip\r\n\r\n", path, r.host)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(r.in, nil)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", path, answer.Status)
	}
	return nil
}
