package cli

import (
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

const (
	relayUser     = "ann"
	relayPassword = "s3cr3t/P@ss:word"
)

// forms are the encodings in which a password could appear.
func forms() []string {
	b64 := base64.StdEncoding.EncodeToString
	return []string{relayPassword, url.QueryEscape(relayPassword), url.PathEscape(relayPassword), url.UserPassword("", relayPassword).String(),
		b64([]byte(relayPassword)), b64([]byte("\x00" + relayUser + "\x00" + relayPassword)), "s3cr3t"}
}

func wantNoPassword(t *testing.T, where, text string) {
	t.Helper()
	for _, form := range forms() {
		if strings.Contains(text, form) {
			t.Errorf("%s holds the password as %q", where, form)
		}
	}
}

// Input: the SMTP password is never shown, logged or stored in the database.
func TestSecuritySMTPPassword(t *testing.T) {
	echo := "535 5.7.8 not you: AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+relayUser+"\x00"+relayPassword)) + " (" + relayPassword + ")"
	for name, c := range map[string]struct {
		script mailtest.Script
		inFile bool
	}{
		"in the address, to a relay that says it back":        {mailtest.At(mailtest.Auth, mailtest.Answer(echo)), false},
		"in a file, to a relay that says it back":             {mailtest.At(mailtest.Auth, mailtest.Answer(echo)), true},
		"in the address, to a relay that hangs up":            {mailtest.At(mailtest.Auth, mailtest.Action{End: mailtest.Close}), false},
		"in a file, to a relay that talks nonsense":           {mailtest.At(mailtest.Auth, mailtest.Answer("what?")), true},
		"in the address, to a relay that refuses all letters": {mailtest.At(mailtest.Mail, mailtest.Answer("550 5.7.1 no")), false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "p.db")
			dueAt(t, path, 2)
			addAdmin(t, path)
			server := mailtest.New(t, mailtest.Config{Mechanisms: "PLAIN LOGIN", User: relayUser, Password: relayPassword, Script: c.script})
			relay := &url.URL{Scheme: "smtp+insecure", Host: server.Addr, User: url.UserPassword(relayUser, relayPassword)}
			args := []string{"--db", path, "--addr", "127.0.0.1:0", "--log-level", "debug"}
			if c.inFile {
				relay.User = url.User(relayUser)
				file := filepath.Join(t.TempDir(), "password")
				if err := os.WriteFile(file, []byte(relayPassword+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--smtp-password-file", file)
			}
			address, out, stop := started(t, map[string]string{"POSTRIDER_SMTP": relay.String()}, args...)
			ask := signedIn(t, address)
			for deadline := time.Now().Add(time.Minute); ; {
				page := ask("/mailings/1")
				if server.ClearAuth() > 0 && (strings.Contains(page, "The mail server is down.") || strings.Contains(page, "5.7.1")) {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("nothing was tried: %s", page)
				}
			}
			for _, page := range []string{"/", "/mailings", "/mailings/1", "/mailings/1/log", "/users", "/audit", "/nothing"} {
				wantNoPassword(t, page, ask(page))
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
			wantNoPassword(t, "the output", out.String())
			for _, file := range []string{path, path + "-wal"} {
				text, err := os.ReadFile(file)
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
				wantNoPassword(t, file, string(text))
			}
		})
	}
}

// addAdmin makes admin@example.com.
func addAdmin(t *testing.T, path string) {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	in := domain.SignUp{Email: "admin@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	if _, err = db.AddUser(t.Context(), in, domain.RoleAdmin, time.Now()); err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// signedIn reads pages as admin@example.com.
func signedIn(t *testing.T, address string) func(path string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	res, err := client.PostForm("http://"+address+"/login", url.Values{"email": {"admin@example.com"}, "password": {storetest.Password}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return func(path string) string {
		res, err := client.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
}

func TestSecuritySMTPPasswordInMistakes(t *testing.T) {
	secret := url.UserPassword(relayUser, relayPassword).String()
	for name, args := range map[string][]string{
		"an invalid port":           {"--smtp", "smtp://" + secret + "@relay.example.com:99999"},
		"an invalid host":           {"--smtp", "smtp://" + secret + "@re lay"},
		"an invalid scheme":         {"--smtp", "http://" + secret + "@relay.example.com"},
		"no scheme":                 {"--smtp", secret + "@relay.example.com"},
		"unescaped characters":      {"--smtp", "smtp://" + relayUser + ":" + relayPassword + "@relay.example.com"},
		"a wrong escape":            {"--smtp", "smtp://ann:s3cr3t%zz@relay.example.com"},
		"no TLS to another machine": {"--smtp", "smtp+insecure://" + secret + "@relay.example.com"},
		"no user":                   {"--smtp", "smtp://:" + url.QueryEscape(relayPassword) + "@relay.example.com"},
		"other settings are wrong":  {"--smtp", "smtp://" + secret + "@relay.example.com", "--tick", "never", "--smtp-rate", "x"},
		"the password for its file": {"--smtp", "smtp://ann@relay.example.com", "--smtp-password-file", relayPassword},
		"no flag before it":         {"serve", "smtp://" + secret + "@relay.example.com"},
		"an unknown flag":           {"--smpt=smtp://" + secret + "@relay.example.com"},
		"help":                      {"--help", "--smtp", "smtp://" + secret + "@relay.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			var out output
			env := map[string]string{"POSTRIDER_DB": filepath.Join(t.TempDir(), "p.db"), "POSTRIDER_SMTP": "smtp://" + secret + "@relay.example.com"}
			p := program{System: System{Getenv: func(name string) string { return env[name] }, Stdout: &out, Stderr: &out}}
			err := p.run(t.Context(), args)
			if err == nil && name != "help" {
				t.Fatal("it was taken")
			}
			complain(&out, err)
			wantNoPassword(t, "the output", out.String())
		})
	}
}

// No command prints the password.
func TestSecuritySMTPPasswordInCommands(t *testing.T) {
	for _, command := range []string{"version", "next", "send --wait 1s", "user add new@example.com", "user role admin@example.com king",
		"user block nobody@example.com", "send --help", "nonsense"} {
		t.Run(command, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "p.db")
			dueAt(t, path, 1)
			addAdmin(t, path)
			server := mailtest.New(t, mailtest.Config{Mechanisms: "PLAIN LOGIN", User: relayUser, Password: "another one"})
			address := &url.URL{Scheme: "smtp+insecure", Host: server.Addr, User: url.UserPassword(relayUser, relayPassword)}
			env := map[string]string{"POSTRIDER_DB": path, "POSTRIDER_SMTP": address.String(), "POSTRIDER_LOG_LEVEL": "debug"}
			var out output
			p := program{System: System{Getenv: func(name string) string { return env[name] }, Stdin: strings.NewReader("a good passphrase\n"), Stdout: &out, Stderr: &out}}
			complain(&out, p.run(t.Context(), strings.Fields(command)))
			wantNoPassword(t, "the output", out.String())
			if out.String() == "" {
				t.Error("it says nothing")
			}
			for _, file := range []string{path, path + "-wal"} {
				text, err := os.ReadFile(file)
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
				wantNoPassword(t, file, string(text))
			}
		})
	}
}
