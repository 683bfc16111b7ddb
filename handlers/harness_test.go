package handlers_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store"
	"postrider/store/storetest"
)

// site is the service as a test visits it: the real routes on a real store.
type site struct {
	t       testing.TB
	store   *store.Store
	file    string          // of the store
	raw     *storetest.File // the database file, without the store
	handler http.Handler
	server  *handlers.Server
	now     time.Time    // the service's clock
	woken   atomic.Int32 // how often the sender was woken
	viewed  atomic.Int64 // views counted
}

const publicHost = "postrider.test"

// patience is how long a test waits for something that must happen.
const patience = 3 * time.Minute

// open starts a site at http://postrider.test. change may alter its settings first.
func open(t testing.TB, change ...func(*handlers.Server)) *site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "postrider.db")
	st := &site{t: t, store: storetest.OpenAt(t, file), file: file, raw: storetest.OpenFile(t, file), now: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
	st.server = &handlers.Server{Store: st.store, URL: &url.URL{Scheme: "http", Host: publicHost},
		Now: func() time.Time { return st.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Wake: func() { st.woken.Add(1) }, Viewed: func(int64) { st.viewed.Add(1) }, Relay: func() domain.RelayState { return domain.RelayState{} },
		SignUp: domain.SignUpOpen, Sender: "Postrider <postrider@postrider.test>", Version: "test"}
	st.server.SetPageTime(patience) // a slow machine must not fail tests that are not about time
	for _, c := range change {
		c(st.server)
	}
	var err error
	if st.handler, err = st.server.Handler(); err != nil {
		t.Fatal(err)
	}
	return st
}

// browser keeps cookies between requests. With htmx set it sends requests as htmx does.
type browser struct {
	site    *site
	cookies map[string]*http.Cookie
	htmx    bool
	header  map[string]string // sent with every request
}

func (st *site) browser() *browser {
	return &browser{site: st, cookies: map[string]*http.Cookie{}, header: map[string]string{}}
}

func (b *browser) login(email string) {
	b.site.t.Helper()
	r := b.submit("/login", "email", email, "password", storetest.Password)
	if r.Code != http.StatusSeeOther {
		b.site.t.Fatalf("%s could not sign in: %d", email, r.Code)
	}
}

// answer is a response with its body read.
type answer struct {
	*httptest.ResponseRecorder
	body string
}

func (b *browser) get(path string) answer {
	return b.do(httptest.NewRequest(http.MethodGet, "http://"+publicHost+path, nil))
}

// submit sends a form of names and values.
func (b *browser) submit(path string, form ...string) answer {
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) do(r *http.Request) answer {
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	if b.htmx {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		r.Header.Set("HX-Source", "form")
	}
	for name, value := range b.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie
		}
	}
	return answer{w, w.Body.String()}
}

// want fails the test unless the answer has the status and its body contains every text.
func (a answer) want(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.Code != status {
		t.Fatalf("status %d, want %d; body:\n%s", a.Code, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%q is missing in:\n%s", text, a.body)
		}
	}
}

// wantTo fails the test unless the answer redirects to the path.
func (a answer) wantTo(t testing.TB, path string) {
	t.Helper()
	to := a.Header().Get("Location")
	if redirect := a.Header().Get("HX-Redirect"); redirect != "" {
		to = redirect
	}
	if to != path {
		t.Errorf("status %d, leads to %q, want %q", a.Code, to, path)
	}
}

// visit is a test by a signed-in user on a site of its own.
type visit struct {
	*site
	*browser
	user domain.User
}

// asBoth runs the test signed in as ann@example.com, once as a plain browser and once as htmx.
func asBoth(t *testing.T, do func(t *testing.T, v visit)) {
	for _, way := range []string{"plain", "htmx"} {
		t.Run(way, func(t *testing.T) {
			v := ann(t)
			v.htmx = way == "htmx"
			do(t, v)
		})
	}
}

// ann is a site with ann@example.com signed in from a plain browser.
func ann(t *testing.T) visit { return annWith(t) }

// annWith is ann on a site whose settings change may alter.
func annWith(t *testing.T, change ...func(*handlers.Server)) visit {
	st := open(t, change...)
	b, u := st.signedIn("ann@example.com")
	return visit{st, b, u}
}

// byHtmx sends the requests of do as htmx does.
func (v visit) byHtmx(do func()) {
	was := v.htmx
	v.htmx = true
	do()
	v.htmx = was
}

// wantLack fails if the body contains one of the texts.
func (a answer) wantLack(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("%q stands in:\n%s", text, a.body)
		}
	}
}

// wantWhole fails unless a browser got a whole page, or htmx less than one.
func (v visit) wantWhole(t testing.TB, a answer) {
	t.Helper()
	if whole := strings.Contains(a.body, "<html"); whole == v.htmx {
		t.Errorf("a whole page: %v", whole)
	}
}

// wantRow fails unless the answer is table rows with nothing around them.
func (a answer) wantRow(t testing.TB, texts ...string) {
	t.Helper()
	a.want(t, 200, texts...)
	if !strings.HasPrefix(strings.TrimSpace(a.body), "<tr") {
		t.Errorf("no row: %s", a.body)
	}
	a.wantLack(t, "<html", "<main", "<table", "<title")
}

// wantMistake fails unless the answer is a form that shows a mistake beside its field and in the summary.
func (a answer) wantMistake(t testing.TB, form, field, why string) {
	t.Helper()
	id := form + "-" + field
	a.want(t, 422, `aria-invalid="true"`, `id="`+id+`-mistake"`, `href="#`+id+`"`, `role="alert"`, why)
}

// path returns the path of a thing.
func path(feature string, id int64) string { return "/" + feature + "/" + strconv.FormatInt(id, 10) }

func num(n int64) string { return strconv.FormatInt(n, 10) }

func (v visit) client(email string) domain.Client {
	v.t.Helper()
	return storetest.Client(v.t, v.store, v.user.TeamID, email)
}

func (v visit) message(subject, body string) domain.Message {
	v.t.Helper()
	return storetest.Message(v.t, v.store, v.user.TeamID, subject, body)
}

// mailing makes a daily mailing in UTC, without an end if ends is empty.
func (v visit) mailing(starts, ends string) domain.Mailing {
	v.t.Helper()
	return storetest.Mailing(v.t, v.store, v.user.TeamID, v.site.now, starts, ends, "UTC", domain.Daily)
}

// stored returns a mailing as it is stored now.
func (st *site) stored(id int64) domain.Mailing {
	st.t.Helper()
	m, err := st.store.Mailing(st.t.Context(), domain.CommandLineActor(), domain.View, id)
	if err != nil {
		st.t.Fatal(err)
	}
	return m
}

// clients returns the addresses of a team.
func (st *site) clients(teamID int64) []string {
	st.t.Helper()
	page, err := st.store.Clients(st.t.Context(), teamID, store.ClientQuery{Sort: "email", Per: 100})
	if err != nil {
		st.t.Fatal(err)
	}
	emails := []string{}
	for _, c := range page.Rows {
		emails = append(emails, c.Email)
	}
	return emails
}

// mailings counts a team's mailings.
func (st *site) mailings(teamID int64) int {
	st.t.Helper()
	page, err := st.store.Mailings(st.t.Context(), teamID, store.MailingQuery{})
	if err != nil {
		st.t.Fatal(err)
	}
	return page.Total
}

// deliver starts what is due and gives every letter the result.
func (st *site) deliver(res domain.Result) {
	st.t.Helper()
	ctx := st.t.Context()
	_, err := st.store.StartDue(ctx, st.server.Sender, st.now)
	for more := err == nil; more && err == nil; {
		more, err = st.store.SnapshotRecipients(ctx, st.now)
	}
	var claimed []store.Claimed
	if err == nil {
		claimed, err = st.store.Claim(ctx, 1, 100, st.now)
	}
	if err != nil || len(claimed) == 0 {
		st.t.Fatalf("%d letters to send, %v", len(claimed), err)
	}
	var done []store.Done
	for _, c := range claimed {
		done = append(done, store.Done{Claimed: c, At: st.now, Result: res, Spread: 0.5})
	}
	if _, _, err = st.store.Commit(ctx, nil, claimed, st.now); err == nil {
		_, _, err = st.store.Commit(ctx, done, nil, st.now)
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

// named is ann with another name.
func named(t *testing.T, name string) visit {
	t.Helper()
	st := open(t)
	in := domain.SignUp{Email: "ann@example.com", Name: name, Language: "en", TimeZone: "UTC"}
	u := st.userFrom(in, domain.RoleUser)
	return visit{st, st.enter(u), u}
}

// newUser makes a verified user with the role "user" and a team of their own.
func (st *site) newUser(email string) domain.User {
	st.t.Helper()
	return st.userOf(email, domain.RoleUser)
}

func (st *site) userOf(email string, role domain.Role) domain.User {
	st.t.Helper()
	return st.userFrom(domain.SignUp{Email: email, Name: "User " + email, Language: "en", TimeZone: "UTC"}, role)
}

// userFrom makes a verified user with a team of their own.
func (st *site) userFrom(in domain.SignUp, role domain.Role) domain.User {
	st.t.Helper()
	u, err := st.store.User(st.t.Context(), st.raw.AddUser(in, role, st.now))
	if err != nil {
		st.t.Fatal(err)
	}
	return u
}

// signedIn is a browser of a new user who has a session.
func (st *site) signedIn(email string) (*browser, domain.User) {
	st.t.Helper()
	u := st.newUser(email)
	return st.enter(u), u
}

// enter is a browser with a session of the user, even of a user who could not sign in.
func (st *site) enter(u domain.User) *browser {
	st.t.Helper()
	id := store.NewToken()
	if err := st.store.CreateSession(st.t.Context(), id, domain.Session{UserID: u.ID, CreatedAt: st.now, SeenAt: st.now}); err != nil {
		st.t.Fatal(err)
	}
	b := st.browser()
	b.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: id}
	return b
}

// noLetter fails if a letter is waiting.
func (st *site) noLetter(t testing.TB) {
	t.Helper()
	if l, err := st.store.ClaimLetter(t.Context(), 1, st.now); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a letter to %s: %q, %v", l.To.Email, l.Subject, err)
	}
}

// forgotten asks for a new password and returns the path in the letter.
func (st *site) forgotten(email string) string {
	st.t.Helper()
	st.browser().submit("/forgot", "email", email).want(st.t, 303)
	return link(st.t, st.letter())
}

// logged returns the audit log's entries of one action, newest first.
func (st *site) logged(action domain.AuditAction) []domain.AuditEntry {
	st.t.Helper()
	page, err := st.store.Audit(st.t.Context(), store.AuditQuery{Action: action})
	if err != nil {
		st.t.Fatal(err)
	}
	return page.Rows
}

// wantLogged fails unless the newest entry of an action has that actor and subject.
func (st *site) wantLogged(t testing.TB, action domain.AuditAction, actor, subject string) {
	t.Helper()
	all := st.logged(action)
	if len(all) == 0 || all[0].By.Email != actor || all[0].Subject != subject || all[0].By.Address == "" || !all[0].At.Equal(st.now) {
		t.Errorf("of %s the log holds %+v", action, all)
	}
}

// dump returns the content of the tables, one line per row. It leaves out sessions and throttles, which change with each request, and what
// /readyz writes to check that it can.
func (st *site) dump() (lines []string) {
	st.t.Helper()
	for _, table := range st.raw.Tables() {
		if table == "sessions" || table == "throttles" {
			continue
		}
		for _, row := range st.raw.Rows(table, "*") {
			if !strings.HasPrefix(row, "probe|") {
				lines = append(lines, table+": "+row)
			}
		}
	}
	return lines
}

// wantSame fails if the content of the tables differs from before.
func (st *site) wantSame(t testing.TB, before []string, what string) {
	t.Helper()
	if change := changed(before, st.dump()); change != "" {
		t.Errorf("%s changed:%s", what, change)
	}
}

// changed returns the lines removed and added; "" if there are none.
func changed(before, after []string) (change string) {
	for _, line := range before {
		if !slices.Contains(after, line) {
			change += "\n- " + line
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			change += "\n+ " + line
		}
	}
	return change
}

// atRest returns the bytes of the database file and its journal.
func (st *site) atRest() []byte {
	st.t.Helper()
	var all bytes.Buffer
	for _, name := range []string{st.file, st.file + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			st.t.Fatal(err)
		}
		all.Write(b)
	}
	return all.Bytes()
}

// lines returns the routes of the table, sorted, as "GET /clients/:id".
func (st *site) lines() (all []string) {
	for line := range st.server.RouteLines() {
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// at splits a line of the table into its method and its path with the id filled in.
func at(line, id string) (method, path string) {
	method, path, _ = strings.Cut(line, " ")
	return method, strings.NewReplacer(":id", id, ":token", strings.Repeat("x", 43), ":slug", "a-post").Replace(path)
}

// send sends a request with any body.
func (b *browser) send(method, path, kind, body string) answer {
	r := httptest.NewRequest(method, "http://"+publicHost+path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return b.do(r)
}

const urlencoded = "application/x-www-form-urlencoded"
