package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// How long, and how often, pages are requested.
const (
	pagesFor = 10 * time.Second
	pagesPer = 25 * time.Millisecond
)

// runPages signs in at base and requests the paths in turn, one at a time. It prints the 95th percentile of each as
// JSON: path → nanoseconds.
func runPages(ctx context.Context, base string, paths []string) error {
	visitor, err := signIn(ctx, base)
	if err != nil {
		return err
	}
	took := map[string][]time.Duration{}
	ticker := time.NewTicker(pagesPer)
	defer ticker.Stop()
	for i := range int(pagesFor / pagesPer) {
		<-ticker.C
		path, began := paths[i%len(paths)], time.Now()
		if err := visitor.do(ctx, http.MethodGet, path, nil); err != nil {
			return err
		}
		took[path] = append(took[path], time.Since(began))
	}
	slowest := map[string]time.Duration{}
	for path, all := range took {
		slices.Sort(all)
		slowest[path] = all[len(all)*95/100]
	}
	return json.NewEncoder(os.Stdout).Encode(slowest)
}

// visitor is a signed-in user.
type visitor struct {
	client *http.Client
	base   string
}

func signIn(ctx context.Context, base string) (visitor, error) { return signInAs(ctx, base, email) }

func signInAs(ctx context.Context, base, email string) (visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return visitor{}, err
	}
	v := visitor{&http.Client{Jar: jar, Timeout: time.Minute}, base}
	err = v.do(ctx, http.MethodPost, "/login", url.Values{"email": {email}, "password": {password}})
	return v, err
}

// do makes a request and reads the whole answer.
func (v visitor) do(ctx context.Context, method, path string, form url.Values) error {
	r, err := http.NewRequestWithContext(ctx, method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answered %s", method, path, answer.Status)
	}
	return err
}

// askPages requests the pages from a separate process.
func askPages(ctx context.Context, base string, paths ...string) (map[string]time.Duration, error) {
	cmd, err := itself(ctx, append([]string{"pages", base}, paths...)...)
	if err != nil {
		return nil, err
	}
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	slowest := map[string]time.Duration{}
	return slowest, json.Unmarshal(out, &slowest)
}
