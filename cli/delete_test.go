package cli

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
	"postrider/store"
	"postrider/store/storetest"
)

// marks are texts that identify a person, each in one place; %s is the person.
var marks = []string{"zq-mail-%s@gone-%s.example", "zq-mail-%s", "Zqname Zqsurname-%s", "zq-comment-%s"}

func marksOf(who string) (all []string) {
	for _, mark := range marks {
		all = append(all, strings.ReplaceAll(mark, "%s", who))
	}
	return all
}

// wantNothing fails if one of the files contains one of the texts, in upper or lower case.
func wantNothing(t *testing.T, where string, texts []string, files ...string) {
	t.Helper()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		low := strings.ToLower(string(data))
		for _, text := range texts {
			if text != "" && strings.Contains(low, strings.ToLower(text)) {
				t.Errorf("%s: %s holds %q", where, filepath.Base(file), text)
			}
		}
	}
}

var tokenInLetter = regexp.MustCompile(`/reset/([A-Za-z0-9_-]{40,})`)

// After the service has stopped, neither its file nor its log contains a word about a deleted person, nor a valid token.
func TestSecurityDeletedIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	addAdmin(t, path)
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := db.UserByEmail(t.Context(), "admin@example.com")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	var ids []int64
	for _, who := range []string{"taken", "refused", "unsent"} {
		m := marksOf(who)
		c, err := db.CreateClient(t.Context(), domain.CommandLineActor(), domain.Client{TeamID: admin.TeamID, Email: m[0], FullName: m[2], Comment: strings.Repeat(m[3]+" ", 15)}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		all, ids = append(all, m...), append(ids, c.ID)
	}
	now := time.Now()
	m := storetest.Mailing(t, db, admin.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), "", "UTC", domain.Once)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	server := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
		switch {
		case s.Stage == mailtest.Rcpt && strings.Contains(s.Line, "refused"):
			return mailtest.Answer("550 5.2.1 " + s.Line + " Zqname Zqsurname-refused has left")
		case s.Stage == mailtest.Rcpt && strings.Contains(s.Line, "unsent"):
			return mailtest.Answer("450 4.2.0 " + s.Line + " come back later")
		}
		return mailtest.Action{}
	}})
	address, out, stop := started(t, nil, "--db", path, "--addr", "127.0.0.1:0", "--smtp", server.URL(), "--forget-after", "0s", "--tick", "20ms", "--log-level", "debug")
	site := "http://" + address
	post := poster(t, site)
	if status := post("/login", "email", "admin@example.com", "password", storetest.Password); status != http.StatusOK {
		t.Fatalf("login: %d", status)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if n := tried(t, path); n == 3 {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("%d letters were tried", n)
		}
	}
	post("/forgot", "email", "admin@example.com")
	server.WaitFor(2, time.Minute)
	token := ""
	for _, l := range server.Letters() {
		if found := tokenInLetter.FindStringSubmatch(strings.ReplaceAll(string(l.Source), "=\r\n", "")); found != nil {
			token = found[1]
		}
	}
	if token == "" {
		t.Fatal("no letter has a token")
	}
	for _, id := range ids {
		if status := post(fmt.Sprintf("/clients/%d/delete", id)); status != http.StatusOK {
			t.Errorf("deleting: %d", status)
		}
	}
	for deadline := time.Now().Add(time.Minute); strings.Contains(log(t, path), "zq"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log still names somebody: %s", log(t, path))
		}
	}
	crashed := copied(t, path)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	all = append(all, token)
	gone := func(where string, path string) {
		t.Helper()
		if _, err := os.Stat(path + "-wal"); err == nil {
			t.Errorf("%s: the write-ahead log is left", where)
		}
		// The audit log keeps that someone at a domain was deleted.
		wantNothing(t, where, all, path, path+"-wal", path+"-shm", path+".sender")
	}
	gone("after it has stopped", path)
	for _, text := range all {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(text)) {
			t.Errorf("the program has logged %q", text)
		}
	}
	t.Run("after kill -9, a start and a stop", func(t *testing.T) {
		reopen(t, crashed, func(*store.Store) {})
		gone("after a crash", crashed)
	})
	t.Run("and the log still counts them", func(t *testing.T) {
		reopen(t, path, func(db *store.Store) {
			page, err := db.Log(t.Context(), m.ID, store.LogQuery{})
			if err != nil || page.Total != 3 {
				t.Errorf("%d lines, %v", page.Total, err)
			}
		})
	})
	t.Run("of an account and of a team, except in the audit log", func(t *testing.T) {
		who := marksOf("leaver")
		rival := marksOf("theirs")
		reopen(t, path, func(db *store.Store) {
			in := domain.SignUp{Email: who[0], Name: who[2], Password: storetest.Password, Language: "en", TimeZone: "UTC"}
			u, err := db.AddUser(t.Context(), in, domain.RoleManager, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			for i := range 60 {
				c := domain.Client{TeamID: u.TeamID, Email: fmt.Sprint(i, rival[0]), FullName: rival[2], Comment: rival[3]}
				if _, err := db.CreateClient(t.Context(), domain.CommandLineActor(), c, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			storetest.Message(t, db, u.TeamID, rival[2], strings.Repeat(rival[3]+" ", 1000))
			by := u.Actor("")
			l := domain.SystemLetter{Body: "token", ExpiresAt: time.Now().Add(time.Hour)}
			if err := db.SendToken(t.Context(), domain.Actor{}, domain.TokenReset, u.Email, store.NewToken(), l, time.Now()); err != nil {
				t.Fatal(err)
			}
			if _, err := db.DisableMailing(t.Context(), by, m.ID, "spam", time.Now()); err != nil {
				t.Fatal(err)
			}
			if err := db.DeleteAccount(t.Context(), by, store.Leaving{Email: u.Email, Password: storetest.Password}, time.Now()); err != nil {
				t.Fatal(err)
			}
			for more := true; more; {
				if more, err = db.DeleteSome(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
		withoutAudit(t, path)
		reopen(t, path, func(*store.Store) {})
		wantNothing(t, "after an account was deleted", append(who, rival...), path, path+"-wal")
	})
}

// poster submits forms as one browser and follows the redirects.
func poster(t *testing.T, site string) func(to string, fields ...string) int {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	return func(to string, fields ...string) int {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		res, err := client.PostForm(site+to, form)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return res.StatusCode
	}
}

// peek reads one value from the database of a running service.
func peek(t *testing.T, path, query string, to any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(to); err != nil {
		t.Fatal(err)
	}
}

// tried counts the letters that have been attempted.
func tried(t *testing.T, path string) (n int) {
	peek(t, path, `SELECT count(DISTINCT delivery_id) FROM attempts`, &n)
	return n
}

// log returns the recipients named in the deliveries and their log.
func log(t *testing.T, path string) (names string) {
	peek(t, path, `SELECT coalesce((SELECT group_concat(email || email_key || name) FROM deliveries), '')
		|| coalesce((SELECT group_concat(reply) FROM attempts), '')`, &names)
	return strings.ToLower(names)
}

// copied is a copy of a database as kill -9 would leave it.
func copied(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "p.db")
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(to+end, data, 0o600)
		}
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	return to
}

func reopen(t *testing.T, path string, do func(*store.Store)) {
	t.Helper()
	db, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	do(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// withoutAudit empties the audit log, as its expiry would.
func withoutAudit(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=secure_delete(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{`DELETE FROM audit`, `UPDATE residue SET changes = changes + 1`} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
}
