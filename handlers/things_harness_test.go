package handlers_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store"
	"postrider/store/storetest"
)

// visit is a signed-in user's test on a site of its own.
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

// ann is a site on which ann@example.com has signed in with a plain browser.
func ann(t *testing.T) visit { return annWith(t) }

// annWith is ann on a site whose settings change may alter.
func annWith(t *testing.T, change ...func(*handlers.Server)) visit {
	st := open(t, change...)
	b, u := st.signedIn("ann@example.com")
	return visit{st, b, u}
}

// byHtmx runs the requests of do as htmx sends them.
func (v visit) byHtmx(do func()) {
	was := v.htmx
	v.htmx = true
	do()
	v.htmx = was
}

// wantLack fails when one of the texts is in the body.
func (a answer) wantLack(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("%q stands in:\n%s", text, a.body)
		}
	}
}

// wantWhole fails unless the answer is a whole page for a browser, and less than that for htmx.
func (v visit) wantWhole(t testing.TB, a answer) {
	t.Helper()
	if whole := strings.Contains(a.body, "<html"); whole == v.htmx {
		t.Errorf("a whole page: %v", whole)
	}
}

// wantRow fails unless the answer is rows of a table and nothing around them.
func (a answer) wantRow(t testing.TB, texts ...string) {
	t.Helper()
	a.want(t, 200, texts...)
	if !strings.HasPrefix(strings.TrimSpace(a.body), "<tr") {
		t.Errorf("no row: %s", a.body)
	}
	a.wantLack(t, "<html", "<main", "<table", "<title")
}

// wantMistake fails unless the answer is a form that names a mistake beside its field and in the summary.
func (a answer) wantMistake(t testing.TB, form, field, why string) {
	t.Helper()
	id := form + "-" + field
	a.want(t, 422, `aria-invalid="true"`, `id="`+id+`-mistake"`, `href="#`+id+`"`, `role="alert"`, why)
}

// path is the path of a thing.
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

// mailing makes a daily mailing in UTC; no end when ends is empty.
func (v visit) mailing(starts, ends string) domain.Mailing {
	v.t.Helper()
	return storetest.Mailing(v.t, v.store, v.user.TeamID, v.site.now, starts, ends, "UTC", domain.Daily)
}

// stored is a mailing as it is kept now.
func (st *site) stored(id int64) domain.Mailing {
	st.t.Helper()
	m, err := st.store.Mailing(st.t.Context(), id)
	if err != nil {
		st.t.Fatal(err)
	}
	return m
}

// clients are the addresses of a team.
func (st *site) clients(teamID int64) []string {
	st.t.Helper()
	page, err := st.store.Clients(st.t.Context(), teamID, store.ClientQuery{Sort: "email", Per: 100})
	if err != nil {
		st.t.Fatal(err)
	}
	emails := []string{}
	for _, c := range page.Clients {
		emails = append(emails, c.Email)
	}
	return emails
}

// mailings is how many mailings a team has.
func (st *site) mailings(teamID int64) int {
	st.t.Helper()
	page, err := st.store.Mailings(st.t.Context(), teamID, store.MailingQuery{})
	if err != nil {
		st.t.Fatal(err)
	}
	return page.Total
}

// deliver starts what is due and gives every letter the result.
func (st *site) deliver(res domain.Result, state domain.DeliveryState) {
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
		done = append(done, store.Done{Claimed: c, At: st.now, Result: res,
			Next: domain.Step{State: state, NextAt: st.now.Add(time.Minute), Counts: true}})
	}
	if _, _, err = st.store.Commit(ctx, nil, claimed, st.now); err == nil {
		_, _, err = st.store.Commit(ctx, done, nil, st.now)
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

// named is ann, but with another name.
func named(t *testing.T, name string) visit {
	t.Helper()
	st := open(t)
	in := domain.SignUp{Email: "ann@example.com", Name: name, Language: "en", TimeZone: "UTC"}
	u := st.userFrom(in, domain.RoleUser)
	return visit{st, st.enter(u), u}
}
