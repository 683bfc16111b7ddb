package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestForgetAfter(t *testing.T) {
	for typed, want := range map[string]time.Duration{"30d": 720 * time.Hour, "720h": 720 * time.Hour, "0": 0, "0d": 0, "90m": 90 * time.Minute,
		"3650d": 3650 * day, "3651d": -1, "87601h": -1, "-1d": -1, "-1h": -1, "": -1, "d": -1, "30": -1, "1.5d": -1, "30 d": -1,
		"99999999999999999999d": -1, "9223372036854775807d": -1, "forever": -1} {
		var wrong wrongSettings
		got := days(&wrong, "forget-after", typed, 0, longestForget)
		if (want < 0) != (len(wrong) == 1) || want >= 0 && got != want {
			t.Errorf("%q is %s, %v", typed, got, wrong)
		}
		if want < 0 && !strings.Contains(wrong.Error(), "like 30d or 12h") {
			t.Errorf("%q: %v does not say what is right", typed, wrong)
		}
	}
}

// A password on the command line is in the list of processes, which every user of the machine can read.
func TestSecurityPasswordOnTheCommandLine(t *testing.T) {
	const warned, url = "list of processes", "smtp://ann:s3cr3t@relay.example.com"
	for name, c := range map[string]struct {
		args []string
		env  string
		warn bool
	}{
		"in two words":                 {[]string{"next", "--smtp", url}, "", true},
		"in one word":                  {[]string{"next", "--smtp=" + url}, "", true},
		"with TLS from the first byte": {[]string{"--smtp=smtps://ann:s3cr3t@relay.example.com", "next"}, "", true},
		"with escaped characters":      {[]string{"next", "--smtp=smtp://ann:s3cr3t%2F%40@relay.example.com:587"}, "", true},
		"in the environment":           {[]string{"next"}, url, false},
		"a user without a password":    {[]string{"next", "--smtp", "smtp://ann@relay.example.com"}, "", false},
		"a user and a colon":           {[]string{"next", "--smtp", "smtp://ann:@relay.example.com"}, "", false},
		"no password":                  {[]string{"next", "--url", "http://localhost:8080"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs output
			env := map[string]string{"POSTRIDER_SMTP": c.env, "POSTRIDER_DB": filepath.Join(t.TempDir(), "p.db")}
			p := program{System: System{Getenv: func(name string) string { return env[name] }, Stdout: &out, Stderr: &errs}}
			if err := p.run(t.Context(), c.args); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(errs.String(), warned) != c.warn || c.warn && !strings.Contains(errs.String(), "--smtp-password-file") {
				t.Errorf("it says %q", &errs)
			}
			if strings.Contains(out.String()+errs.String(), "s3cr3t") {
				t.Error("it prints the password")
			}
		})
	}
}
