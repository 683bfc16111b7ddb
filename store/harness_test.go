package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"postrider/domain"
	"postrider/migrations"
	"postrider/store"
	"postrider/store/storetest"
)

const sender = "Postrider <postrider@example.com>"

// team creates a user with n clients.
func team(t *testing.T, s *store.Store, email string, n int) domain.User {
	t.Helper()
	u := storetest.User(t, s, email)
	for i := range n {
		storetest.Client(t, s, u.TeamID, fmt.Sprintf("c%04d@example.com", i))
	}
	return u
}

// begin starts what is due and copies all recipients.
func begin(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	if _, err := s.StartDue(t.Context(), sender, at); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.SnapshotRecipients(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
}

func runs(t *testing.T, s *store.Store, mailingID int64) []domain.Run {
	t.Helper()
	all, err := s.Runs(t.Context(), mailingID, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// latest is the id of the latest run of a mailing, 0 for none.
func latest(t *testing.T, s *store.Store, mailingID int64) int64 {
	t.Helper()
	if all := runs(t, s, mailingID); len(all) > 0 {
		return all[0].ID
	}
	return 0
}

func status(t *testing.T, s *store.Store, id int64) domain.Status {
	t.Helper()
	m, err := s.Mailing(t.Context(), domain.CommandLineActor(), domain.View, id)
	if err != nil {
		t.Fatal(err)
	}
	return m.Status
}

// end gives a claimed delivery an outcome after it was cleared for sending. An uncertain one was uncertain before, and
// is now unknown.
func end(t *testing.T, s *store.Store, c store.Claimed, outcome domain.Outcome, at time.Time) {
	t.Helper()
	cleared, _, err := s.Commit(t.Context(), nil, []store.Claimed{c}, at)
	if err != nil || !cleared[c.ID] {
		t.Fatalf("delivery %d was not cleared: %v", c.ID, err)
	}
	res := domain.Result{Stage: domain.StageRcpt, Outcome: outcome, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250, Enhanced: "2.0.0", Text: "words of the relay"}}
	if outcome == domain.OutcomeUncertain {
		c.Uncertain = 1
	}
	_, _, err = s.Commit(t.Context(), []store.Done{{Claimed: c, At: at, Result: res, Spread: 0.5}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, s *store.Store, epoch int64, limit int, at time.Time) []store.Claimed {
	t.Helper()
	all, err := s.Claim(t.Context(), epoch, limit, at)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// fillBlog creates a store with 25 published articles, of which 1 is the oldest and 12 and 13 have the same time, with
// a draft and a scheduled one in between.
func fillBlog(t *testing.T) *store.Store {
	t.Helper()
	s := storetest.Open(t)
	for i := 1; i <= 25; i++ {
		at := now.Add(time.Duration(i-25) * time.Hour)
		if i == 13 {
			at = now.Add((12 - 25) * time.Hour)
		}
		storetest.Post(t, s, fmt.Sprintf("Post %d", i), at)
		if i == 5 {
			storetest.Post(t, s, "Draft 0", time.Time{})
			storetest.Post(t, s, "Soon 0", now.Add(time.Millisecond))
		}
	}
	return s
}

// refuse makes the relay say that a claimed letter's address does not exist.
func refuse(t *testing.T, s *store.Store, c store.Claimed, at time.Time) {
	t.Helper()
	if _, _, err := s.Commit(t.Context(), nil, []store.Claimed{c}, at); err != nil {
		t.Fatal(err)
	}
	res := domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}}
	_, _, err := s.Commit(t.Context(), []store.Done{{Claimed: c, At: at, Result: res}}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
}

// counted is how many rows each table of a file has, except for tables that belong to no team.
func counted(t *testing.T, path string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT IN ('audit', 'settings', 'sent_days', 'sender', 'throttles', 'goose_db_version', 'outbox', 'posts',
		'old_slugs', 'post_views', 'post_changes', 'images', 'image_sizes', 'addresses', 'residue', 'shown_clients', 'letter_counts')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]int{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all[name] = 0
	}
	for name := range all {
		var n int
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		all[name] = n
	}
	return all
}

// full gives a team everything a team can have: clients, messages, mailings with selected clients, runs with sent and
// waiting letters, and their log.
func full(t *testing.T, s *store.Store, u domain.User) domain.Mailing {
	t.Helper()
	ctx := t.Context()
	var ids []int64
	for i := range 3 {
		ids = append(ids, storetest.Client(t, s, u.TeamID, string(rune('a'+i))+"@example.com").ID)
	}
	m := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	picked := m
	picked.Audience, picked.ClientIDs = domain.AudienceClients, ids
	if _, err := s.CreateMailing(ctx, domain.CommandLineActor(), picked, now); err != nil {
		t.Fatal(err)
	}
	deleted := storetest.Mailing(t, s, u.TeamID, now, "2026-03-10T13:00", "", "UTC", domain.Daily)
	if err := s.DeleteMailing(ctx, domain.CommandLineActor(), deleted.ID, now); err != nil {
		t.Fatal(err)
	}
	by := u.Actor("192.0.2.1")
	if _, err := s.Invite(ctx, by, "invited-by-"+u.Email, store.NewToken(), domain.SystemLetter{ExpiresAt: now}, now); err != nil {
		t.Fatal(err)
	}
	_, err := s.StartDue(ctx, "Postrider <postrider@localhost>", now)
	for more := err == nil; more && err == nil; {
		more, err = s.SnapshotRecipients(ctx, now)
	}
	claimed, failed := s.Claim(ctx, 1, 100, now)
	if err := errors.Join(err, failed); err != nil || len(claimed) < 4 {
		t.Fatalf("%d letters, %v", len(claimed), err)
	}
	if _, _, err := s.Commit(ctx, nil, claimed, now); err != nil {
		t.Fatal(err)
	}
	done := []store.Done{{Claimed: claimed[0], At: now, Result: domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary}}}
	for _, c := range claimed[1:] {
		done = append(done, store.Done{Claimed: c, At: now, Result: domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent}})
	}
	if _, _, err := s.Commit(ctx, done, nil, now); err != nil {
		t.Fatal(err)
	}
	return m
}

// wantImages fails unless exactly the images mapped to true exist.
func wantImages(t *testing.T, s *store.Store, want map[string]bool) {
	t.Helper()
	for name, there := range want {
		if _, _, err := s.ImageFile(t.Context(), name, 400); (err == nil) != there {
			t.Errorf("the image is there: %v", err == nil)
		}
	}
}

// picture is a new image in three widths.
func picture(text string) domain.Image {
	img := domain.Image{Type: "image/png"}
	for _, w := range []int{1600, 100, 400} {
		img.Sizes = append(img.Sizes, domain.ImageSize{Width: w, Height: 10, Data: fmt.Appendf(nil, "%s %d", text, w)})
	}
	return img
}

func newcomer() domain.SignUp {
	return domain.SignUp{Name: "Bob", Password: storetest.Password, Language: "ru", TimeZone: "Europe/Berlin"}
}

func invite(t *testing.T, s *store.Store, by domain.User, email, token string) domain.Invitation {
	t.Helper()
	i, err := s.Invite(t.Context(), actorOf(by), email, token, domain.SystemLetter{Subject: "s", Body: "b", Language: "en"}, now)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// migrator opens the schema of a file for moving it up and down.
func migrator(t *testing.T, path string) (*sql.DB, *goose.Provider) {
	t.Helper()
	if err := store.AddFunctionsForTest(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	return db, p
}

// schema is the columns of each table, and every index and trigger.
func schema(t *testing.T, db *sql.DB) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '')
		FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
		UNION ALL SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// forget forgets everything that is due, and fails if that does not end.
func forget(t *testing.T, s *store.Store, until time.Time) {
	t.Helper()
	for range 100 {
		if more, err := s.Forget(t.Context(), until); err != nil || !more {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("it does not end")
}

// kept is all text in deliveries and attempts.
func kept(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all string
	err = db.QueryRowContext(t.Context(), `SELECT coalesce((SELECT group_concat(id || ' ' || email || ' ' || email_key || ' ' || name || ' ' || state, '; ') FROM deliveries), '') || ' | '
		|| coalesce((SELECT group_concat(stage || ' ' || outcome || ' ' || code || ' ' || enhanced || ' ' || reply, '; ') FROM attempts), '')`).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// execute changes a file without the store.
func execute(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), query, args...)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// person creates a verified user with a role and a team of their own.
func person(t *testing.T, s *store.Store, email string, role domain.Role) (domain.User, domain.Actor) {
	t.Helper()
	in := domain.SignUp{Email: email, Name: "User " + email, Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	u, err := s.AddUser(t.Context(), in, role, now)
	if err != nil {
		t.Fatal(err)
	}
	return u, u.Actor("192.0.2.1")
}

// lines are the audit log entries of an action, as "actor: subject (detail)".
func lines(t *testing.T, s *store.Store, action domain.AuditAction) (all []string) {
	t.Helper()
	page, err := s.Audit(t.Context(), store.AuditQuery{Action: action, Per: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Rows {
		all = append(all, e.By.Email+": "+e.Subject+" ("+e.Detail+")")
	}
	return all
}

func refused(err error) bool {
	var r domain.Refused
	return errors.As(err, &r)
}

// passTo makes another member the owner of the team.
func passTo(t *testing.T, s *store.Store, owner, to domain.User) {
	t.Helper()
	if _, err := s.PassTeam(t.Context(), actorOf(owner), to.ID, storetest.Password, store.Passing{}, now); err != nil {
		t.Fatal(err)
	}
}

// wantOwner fails unless the user owns their team.
func wantOwner(t *testing.T, s *store.Store, id int64) {
	t.Helper()
	u := reload(t, s, id)
	if team, err := s.Team(t.Context(), u.TeamID); err != nil || team.OwnerID != id {
		t.Errorf("%s: the team is %+v, %v", u.Email, team, err)
	}
}

func draft(t *testing.T, s *store.Store, slug string) domain.Post {
	t.Helper()
	p, err := s.CreatePost(t.Context(), domain.Post{Author: "Ann", Title: "Title of " + slug, Slug: slug, Content: "Text of " + slug}, now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func update(t *testing.T, s *store.Store, p domain.Post) domain.Post {
	t.Helper()
	saved, err := s.UpdatePost(t.Context(), p, now)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func limit(n int) *int { return &n }

func setQuota(t *testing.T, s *store.Store, teamID int64, q domain.Quota) {
	t.Helper()
	if err := s.SetQuota(t.Context(), domain.Actor{Email: "admin@example.com"}, teamID, q, now); err != nil {
		t.Fatal(err)
	}
}

func texts(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func newAccount(email string) domain.SignUp {
	return domain.SignUp{Email: email, Password: storetest.Password, Language: "en", TimeZone: "UTC"}
}

// roleOf is the role of the account with an address.
func roleOf(t *testing.T, s *store.Store, email string) domain.Role {
	t.Helper()
	u, err := s.UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return u.Role
}

// joined are ann, who sent an invitation, and bob, who joined her team with a new account.
func joined(t *testing.T, s *store.Store) (ann, bob domain.User) {
	t.Helper()
	ann = storetest.User(t, s, "ann@example.com")
	invite(t, s, ann, "bob@example.com", "token of bob")
	bob, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of bob", newcomer(), now)
	if err != nil {
		t.Fatal(err)
	}
	return ann, bob
}

func actorOf(u domain.User) domain.Actor { return u.Actor("") }

func reload(t *testing.T, s *store.Store, id int64) domain.User {
	t.Helper()
	u, err := s.User(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// listed are the addresses on all pages of a list, fetched one after the other.
func listed(t *testing.T, s *store.Store, q store.UserQuery, at time.Time) (emails []string) {
	t.Helper()
	for pages := 0; pages < 50; pages++ {
		page, err := s.Users(t.Context(), q, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Rows {
			emails = append(emails, strings.TrimSuffix(u.Email, "@example.com"))
		}
		if q.After = page.Next; page.Next == "" {
			if page.Total != len(emails) {
				t.Errorf("the total is %d, %d were listed", page.Total, len(emails))
			}
			return emails
		}
	}
	t.Fatal("the list does not end")
	return nil
}

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func signUp(t *testing.T, s *store.Store, email, token string) {
	t.Helper()
	signUpAt(t, s, email, token, now)
}

func signUpAt(t *testing.T, s *store.Store, email, token string, now time.Time) {
	t.Helper()
	in := domain.SignUp{Email: email, Name: "Ann", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
	letter := domain.SystemLetter{Subject: "confirm", Body: token, ExpiresAt: now.Add(time.Hour)}
	known := domain.SystemLetter{Subject: "known", Body: "-", ExpiresAt: now.Add(time.Hour)}
	if err := s.SignUp(t.Context(), in, store.Joining{Token: token, Browser: "browser of " + token, Confirm: letter, Known: known}, now); err != nil {
		t.Fatal(err)
	}
}

// confirm uses up a token in a browser.
func confirm(t *testing.T, s *store.Store, token, browser, password string, at time.Time) (domain.User, error) {
	t.Helper()
	return s.Confirm(t.Context(), domain.Actor{}, store.Confirmation{Token: token, Browser: browser, Password: password}, at)
}
