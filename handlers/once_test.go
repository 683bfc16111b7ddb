package handlers_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// lastRun is what the buttons of a page carry as the latest run that the page shows.
func (a answer) lastRun(t testing.TB) string {
	t.Helper()
	found := regexp.MustCompile(`name="last_run" value="(\d+)"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("no button carries the latest run:\n%s", a.body)
	}
	return found[1]
}

var (
	sent    = domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient}
	refused = domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomePermanent, Scope: domain.ScopeRecipient}
)

// latestRun is the id of the latest run of a mailing, as a button carries it.
func (st *site) latestRun(mailingID int64) string {
	st.t.Helper()
	runs, err := st.store.Runs(st.t.Context(), mailingID, 1)
	if err != nil {
		st.t.Fatal(err)
	}
	if len(runs) == 0 {
		return "0"
	}
	return num(runs[0].ID)
}

// sentBefore is a mailing whose first run, by the schedule, is over.
func (v visit) sentBefore() domain.Mailing {
	v.t.Helper()
	v.client("own@example.com")
	m := v.mailing("2026-03-10T11:00", "2026-03-12T20:00")
	v.deliver(sent)
	v.site.now = v.site.now.Add(time.Second)
	return m
}

// wantRuns fails unless the mailing has so many runs.
func (v visit) wantRuns(t testing.TB, m domain.Mailing, want int) {
	t.Helper()
	if runs, err := v.store.Runs(t.Context(), m.ID, 9); err != nil || len(runs) != want {
		t.Errorf("%d runs, want %d; %v", len(runs), want, err)
	}
}

// TestSendOnce posts twice what was clicked once: the first run is over when the second POST comes.
func TestSendOnce(t *testing.T) {
	for _, part := range []string{"live", "row"} {
		t.Run("send now, from the "+part, func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				m := v.sentBefore()
				to := path("mailings", m.ID)
				seen := v.get(to).lastRun(t)
				v.wantShown(t, v.post(to+"/send", "part", part, "last_run", seen), part, m)
				v.deliver(sent)
				v.site.now = v.site.now.Add(250 * time.Millisecond)
				woken := v.woken.Load()
				a := v.post(to+"/send", "part", part, "last_run", seen)
				a.want(t, 409, "A send of this mailing has begun since you opened the page", m.Name, "1 of 1 sent")
				v.wantWhole(t, a)
				v.wantRuns(t, m, 2)
				if v.woken.Load() != woken {
					t.Error("the sender was woken")
				}
				fresh := a.lastRun(t)
				v.site.now = v.site.now.Add(time.Second)
				v.wantShown(t, v.post(to+"/send", "part", part, "last_run", fresh), part, m)
				v.wantRuns(t, m, 3)
			})
		})
	}
	t.Run("the answer to a send carries the run that it has begun, in a row and on the page", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.htmx = true
		a := v.post(path("mailings", m.ID)+"/send", "part", "live", "last_run", "0")
		runs, err := v.store.Runs(t.Context(), m.ID, 1)
		if err != nil || a.lastRun(t) != num(runs[0].ID) {
			t.Errorf("the page carries %s, the run is %+v, %v", a.lastRun(t), runs, err)
		}
		if row := v.get(path("mailings", m.ID) + "?part=row"); row.lastRun(t) != num(runs[0].ID) {
			t.Errorf("the row carries %s", row.lastRun(t))
		}
	})
	t.Run("a page that carries nothing, or nonsense, has seen no run", func(t *testing.T) {
		v := ann(t)
		m := v.sentBefore()
		for _, fields := range [][]string{nil, {"last_run", ""}, {"last_run", "x"}, {"last_run", "-1"}, {"last_run", "99999999999999999999"}} {
			v.post(path("mailings", m.ID)+"/send", fields...).want(t, 409)
		}
		v.wantRuns(t, m, 1)
	})
	t.Run("resume and retry of an older run than the latest", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			m := v.sentBefore()
			to := path("mailings", m.ID)
			v.post(to+"/send", "last_run", v.latestRun(m.ID))
			v.deliver(refused)
			v.post(to+"/pause", "last_run", "0") // stopping always works
			if !v.stored(m.ID).Paused() {
				t.Fatal("it is not paused")
			}
			v.post(to+"/resume", "part", "live", "last_run", "0").want(t, 409, "has begun since you opened the page")
			if !v.stored(m.ID).Paused() {
				t.Error("it is resumed")
			}
			fresh := v.get(to).lastRun(t)
			for range 2 {
				v.wantShown(t, v.post(to+"/resume", "part", "live", "last_run", fresh), "live", m)
			}
			v.post(to+"/retry", "part", "live", "last_run", "0").want(t, 409, "has begun since you opened the page")
			v.wantShown(t, v.post(to+"/retry", "part", "live", "last_run", fresh), "live", m)
			v.deliver(sent)
			v.post(to+"/retry", "part", "live", "last_run", fresh).want(t, 409, "There is no such letter in the latest run.")
			v.wantRuns(t, m, 2)
		})
	})
}

// formKey is what the form of a new mailing carries.
func (a answer) formKey(t testing.TB) string {
	t.Helper()
	found := regexp.MustCompile(`name="form_key" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("the form has no key:\n%s", a.body)
	}
	return found[1]
}

// TestCreateOnce posts the form of a new mailing twice: two mailings would mail everybody twice.
func TestCreateOnce(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		picked, other := v.client("own@example.com"), v.client("other@example.com")
		msg := v.message("Subject", "Body")
		key := v.get("/mailings/new").formKey(t)
		fields := mailingFields(msg.ID, "starts_at", "2026-03-10T11:00", "audience", "clients", "client_ids", num(picked.ID))
		fields = append(fields, "form_key", key)
		done := map[bool]int{false: 303, true: 200}[v.htmx]
		first := v.post("/mailings", fields...)
		first.want(t, done)
		second := v.post("/mailings", fields...)
		second.want(t, done)
		where := map[bool]string{false: "Location", true: "HX-Redirect"}[v.htmx]
		if n := v.mailings(v.user.TeamID); n != 1 || first.Header().Get(where) != second.Header().Get(where) {
			t.Errorf("%d mailings, the first leads to %q, the second to %q", n, first.Header().Get(where), second.Header().Get(where))
		}
		for n, change := range [][]string{{"name", "Another name"}, {"client_ids", num(other.ID)}, {"periodicity", "daily"}, {"ends_at", "2026-04-10T11:00"}} {
			v.post("/mailings", mailingFields(msg.ID, append([]string{"form_key", key}, change...)...)...).want(t, done)
			if got := v.mailings(v.user.TeamID); got != n+2 {
				t.Errorf("after a step back and a change of %v: %d mailings", change, got)
			}
		}
	})
	t.Run("a form without a key, with one that is too long, or with the key of one that was deleted or of another team makes its own", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		fields := mailingFields(v.message("Subject", "Body").ID)
		for _, key := range []string{"", "", strings.Repeat("k", 65), strings.Repeat("k", 65), "short"} {
			v.post("/mailings", append(fields, "form_key", key)...).want(t, 303)
		}
		v.post("/mailings/5/delete").want(t, 303)
		v.post("/mailings", append(fields, "form_key", "short")...).want(t, 303)
		if n := v.mailings(v.user.TeamID); n != 5 {
			t.Errorf("%d mailings", n)
		}
		bob, u := v.signedIn("bob@example.com")
		visit := visit{v.site, bob, u}
		visit.client("bobs@example.com")
		bob.post("/mailings", append(mailingFields(visit.message("Subject", "Body").ID), "form_key", "short")...).want(t, 303)
		if n := v.mailings(u.TeamID); n != 1 {
			t.Errorf("%d mailings of the other team", n)
		}
	})
	t.Run("a mistake and a search for clients keep the key", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		fields := mailingFields(v.message("Subject", "Body").ID, "name", "", "form_key", "the-key")
		if got := v.post("/mailings", fields...).formKey(t); got != "the-key" {
			t.Errorf("after a mistake %q", got)
		}
		if got := v.get("/mailings/new?find=own&form_key=the-key").formKey(t); got != "the-key" {
			t.Errorf("after a search %q", got)
		}
	})
}
