package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	var out output
	env := map[string]string{"POSTRIDER_TICK": "never", "POSTRIDER_SIGNUP": "maybe", "POSTRIDER_DB": filepath.Join(t.TempDir(), "p.db")}
	p := program{System: System{Getenv: func(name string) string { return env[name] }, Stdout: &out, Stderr: &out}}
	err := p.run(t.Context(), []string{"next", "--signup", "closed"})
	if status(err) != exitSettings || !strings.Contains(err.Error(), "POSTRIDER_TICK") {
		t.Errorf("got status %d: %v", status(err), err)
	}
	if strings.Contains(err.Error(), "POSTRIDER_SIGNUP") {
		t.Errorf("a flag does not win over the environment: %v", err)
	}
}

func TestDemoSettings(t *testing.T) {
	var out output
	p := program{System: System{Getenv: func(string) string { return "" }, Stdout: &out, Stderr: &out}}
	err := p.run(t.Context(), []string{"demo", "--smtp", "smtp://relay.example.com", "--addr", "0.0.0.0:0"})
	if status(err) != exitSettings || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("a demo whose mailbox strangers could read ended with %d: %v", status(err), err)
	}
}

func TestVersion(t *testing.T) {
	var out output
	p := program{System: System{Getenv: func(string) string { return "" }, Stdout: &out, Stderr: &out}}
	if err := p.run(t.Context(), []string{"version"}); err != nil || !strings.Contains(out.String(), "SQLite 3.") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestHelp(t *testing.T) {
	var out output
	p := program{System: System{Getenv: func(string) string { return "" }, Stdout: &out, Stderr: &out}}
	if err := p.run(t.Context(), []string{"--help"}); err != nil || !strings.Contains(out.String(), "--smtp") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
