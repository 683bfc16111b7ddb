package handlers_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// wantShown fails unless the answer redirects to the mailing or, for htmx, is the requested fragment of its page.
func (v visit) wantShown(t testing.TB, a answer, part string, m domain.Mailing, texts ...string) {
	t.Helper()
	switch {
	case !v.htmx:
		a.want(t, 303)
		a.wantTo(t, path("mailings", m.ID))
		a = v.get(path("mailings", m.ID))
	case part == "row":
		a.wantRow(t, m.Name)
	default:
		a.want(t, 200, `id="live"`)
		a.wantLack(t, "<html", "<main")
	}
	a.want(t, 200, texts...)
}

func TestSendPauseResume(t *testing.T) {
	for _, part := range []string{"live", "row"} {
		t.Run("each works, wakes the sender, and shows the mailing as a "+part, func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("own@example.com")
				m := v.mailing("2026-03-10T11:00", "")
				v.wantShown(t, v.submit(path("mailings", m.ID)+"/send", "part", part), part, m, "Running", "Pause")
				runs, err := v.store.Runs(t.Context(), m.ID, 9)
				if err != nil || len(runs) != 1 || !runs[0].Manual || runs[0].Sender != v.server.Sender {
					t.Errorf("runs %+v, %v", runs, err)
				}
				v.wantShown(t, v.submit(path("mailings", m.ID)+"/pause", "part", part), part, m, "Paused", "Resume")
				if !v.stored(m.ID).Paused() {
					t.Error("it is not paused")
				}
				v.wantShown(t, v.submit(path("mailings", m.ID)+"/resume", "part", part, "last_run", num(runs[0].ID)), part, m, "Pause")
				if v.stored(m.ID).Paused() || v.woken.Load() != 3 {
					t.Errorf("paused: %v, woken %d times", v.stored(m.ID).Paused(), v.woken.Load())
				}
			})
		})
	}
	t.Run("doing either twice does no harm", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		for _, action := range []string{"/resume", "/pause", "/pause"} {
			v.submit(path("mailings", m.ID)+action).want(t, 303)
		}
		if got := v.stored(m.ID); !got.PausedAt.Equal(v.site.now) {
			t.Errorf("paused at %v", got.PausedAt)
		}
	})
}

func TestSendRefused(t *testing.T) {
	for name, c := range map[string]struct {
		starts, ends, before, why string
		later                     time.Duration
	}{
		"before the window opens":      {"2026-03-11T09:00", "", "", "The sending period hasn&#39;t started yet.", 0},
		"after the window has closed":  {"2026-03-10T11:00", "2026-03-10T13:00", "", "The sending period is over.", time.Hour},
		"while the mailing is paused":  {"2026-03-10T11:00", "", "/pause", "The mailing is paused. Resume it first.", 0},
		"while the last run is active": {"2026-03-10T11:00", "", "/send", "The last send is still in progress.", 0},
	} {
		t.Run(name+" says why, and starts nothing", func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("own@example.com")
				m := v.mailing(c.starts, c.ends)
				if c.before != "" {
					v.submit(path("mailings", m.ID) + c.before)
				}
				v.site.now = v.site.now.Add(c.later)
				was, err := v.store.Runs(t.Context(), m.ID, 9)
				if err != nil {
					t.Fatal(err)
				}
				woken := v.woken.Load()
				a := v.submit(path("mailings", m.ID)+"/send", "part", "live")
				a.want(t, 409, c.why)
				v.wantWhole(t, a)
				if v.htmx && (a.Header().Get("HX-Retarget") != "#toasts" || a.Header().Get("HX-Reswap") != "beforeend") {
					t.Errorf("headers %v", a.Header())
				}
				runs, err := v.store.Runs(t.Context(), m.ID, 9)
				if err != nil || len(runs) != len(was) || v.woken.Load() != woken {
					t.Errorf("%d runs, %v; woken %d times more", len(runs), err, v.woken.Load()-woken)
				}
			})
		})
	}
	t.Run("offers the button only where it would work", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		open, closed := v.mailing("2026-03-10T11:00", ""), v.mailing("2026-03-11T09:00", "")
		v.get(path("mailings", open.ID)).want(t, 200, "Send now")
		v.get(path("mailings", closed.ID)).wantLack(t, "Send now")
	})
}

func TestMailingPolls(t *testing.T) {
	v := ann(t)
	v.client("own@example.com")
	soon, late := v.mailing("2026-03-10T12:09", ""), v.mailing("2026-03-10T13:00", "")
	polls := func(m domain.Mailing, want string) {
		t.Helper()
		v.get(path("mailings", m.ID)+"?part=live").want(t, 200, `hx-trigger="`+want+`"`, "?part=live")
	}
	polls(soon, "every 2s")
	polls(late, "every 30s")
	v.site.now = v.site.now.Add(10 * time.Minute)
	v.submit(path("mailings", soon.ID)+"/send").want(t, 303)
	polls(soon, "every 1s")
	v.submit(path("mailings", soon.ID)+"/pause").want(t, 303)
	v.get(path("mailings", soon.ID)).wantLack(t, "hx-trigger")
}

// lastRun returns the latest run shown on the page, as its buttons carry it.
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

// latestRun returns the id of a mailing's latest run, as a button carries it.
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

// sentBefore is a mailing whose first scheduled run is over.
func (v visit) sentBefore() domain.Mailing {
	v.t.Helper()
	v.client("own@example.com")
	m := v.mailing("2026-03-10T11:00", "2026-03-12T20:00")
	v.deliver(sent)
	v.site.now = v.site.now.Add(time.Second)
	return m
}

// wantRuns fails unless the mailing has that many runs.
func (v visit) wantRuns(t testing.TB, m domain.Mailing, want int) {
	t.Helper()
	if runs, err := v.store.Runs(t.Context(), m.ID, 9); err != nil || len(runs) != want {
		t.Errorf("%d runs, want %d; %v", len(runs), want, err)
	}
}

// TestSendOnce posts the same click twice: the first run is over when the second POST arrives.
func TestSendOnce(t *testing.T) {
	for _, part := range []string{"live", "row"} {
		t.Run("send now, from the "+part, func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				m := v.sentBefore()
				to := path("mailings", m.ID)
				seen := v.get(to).lastRun(t)
				v.wantShown(t, v.submit(to+"/send", "part", part, "last_run", seen), part, m)
				v.deliver(sent)
				v.site.now = v.site.now.Add(250 * time.Millisecond)
				woken := v.woken.Load()
				a := v.submit(to+"/send", "part", part, "last_run", seen)
				a.want(t, 409, "Sending has started since you opened this page", m.Name, "1 of 1 sent")
				v.wantWhole(t, a)
				v.wantRuns(t, m, 2)
				if v.woken.Load() != woken {
					t.Error("the sender was woken")
				}
				fresh := a.lastRun(t)
				v.site.now = v.site.now.Add(time.Second)
				v.wantShown(t, v.submit(to+"/send", "part", part, "last_run", fresh), part, m)
				v.wantRuns(t, m, 3)
			})
		})
	}
	t.Run("the answer to a send carries the run it started, in a row and on the page", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.htmx = true
		a := v.submit(path("mailings", m.ID)+"/send", "part", "live", "last_run", "0")
		runs, err := v.store.Runs(t.Context(), m.ID, 1)
		if err != nil || a.lastRun(t) != num(runs[0].ID) {
			t.Errorf("the page carries %s, the run is %+v, %v", a.lastRun(t), runs, err)
		}
		if row := v.get(path("mailings", m.ID) + "?part=row"); row.lastRun(t) != num(runs[0].ID) {
			t.Errorf("the row carries %s", row.lastRun(t))
		}
	})
	t.Run("a page that carries nothing, or nonsense, counts as having shown no run", func(t *testing.T) {
		v := ann(t)
		m := v.sentBefore()
		for _, fields := range [][]string{nil, {"last_run", ""}, {"last_run", "x"}, {"last_run", "-1"}, {"last_run", "99999999999999999999"}} {
			v.submit(path("mailings", m.ID)+"/send", fields...).want(t, 409)
		}
		v.wantRuns(t, m, 1)
	})
	t.Run("resume and retry of an older run than the latest", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			m := v.sentBefore()
			to := path("mailings", m.ID)
			v.submit(to+"/send", "last_run", v.latestRun(m.ID))
			v.deliver(refused)
			v.submit(to+"/pause", "last_run", "0") // stopping always works
			if !v.stored(m.ID).Paused() {
				t.Fatal("it is not paused")
			}
			v.submit(to+"/resume", "part", "live", "last_run", "0").want(t, 409, "has started since you opened this page")
			if !v.stored(m.ID).Paused() {
				t.Error("it is resumed")
			}
			fresh := v.get(to).lastRun(t)
			for range 2 {
				v.wantShown(t, v.submit(to+"/resume", "part", "live", "last_run", fresh), "live", m)
			}
			v.submit(to+"/retry", "part", "live", "last_run", "0").want(t, 409, "has started since you opened this page")
			v.wantShown(t, v.submit(to+"/retry", "part", "live", "last_run", fresh), "live", m)
			v.deliver(sent)
			v.submit(to+"/retry", "part", "live", "last_run", fresh).want(t, 409, "The latest send has no such emails.")
			v.wantRuns(t, m, 2)
		})
	})
}

// formKey returns the key that the form of a new mailing carries.
func (a answer) formKey(t testing.TB) string {
	t.Helper()
	found := regexp.MustCompile(`name="form_key" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("the form has no key:\n%s", a.body)
	}
	return found[1]
}

// TestCreateOnce posts the form of a new mailing twice: two mailings would send everyone two emails.
func TestCreateOnce(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		picked, other := v.client("own@example.com"), v.client("other@example.com")
		msg := v.message("Subject", "Body")
		key := v.get("/mailings/new").formKey(t)
		fields := mailingFields(msg.ID, "starts_at", "2026-03-10T11:00", "audience", "clients", "client_ids", num(picked.ID))
		fields = append(fields, "form_key", key)
		done := map[bool]int{false: 303, true: 200}[v.htmx]
		first := v.submit("/mailings", fields...)
		first.want(t, done)
		second := v.submit("/mailings", fields...)
		second.want(t, done)
		where := map[bool]string{false: "Location", true: "HX-Redirect"}[v.htmx]
		if n := v.mailings(v.user.TeamID); n != 1 || first.Header().Get(where) != second.Header().Get(where) {
			t.Errorf("%d mailings, the first leads to %q, the second to %q", n, first.Header().Get(where), second.Header().Get(where))
		}
		for n, change := range [][]string{{"name", "Another name"}, {"client_ids", num(other.ID)}, {"periodicity", "daily"}, {"ends_at", "2026-04-10T11:00"}} {
			v.submit("/mailings", mailingFields(msg.ID, append([]string{"form_key", key}, change...)...)...).want(t, done)
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
			v.submit("/mailings", append(fields, "form_key", key)...).want(t, 303)
		}
		v.submit("/mailings/5/delete").want(t, 303)
		v.submit("/mailings", append(fields, "form_key", "short")...).want(t, 303)
		if n := v.mailings(v.user.TeamID); n != 5 {
			t.Errorf("%d mailings", n)
		}
		bob, u := v.signedIn("bob@example.com")
		visit := visit{v.site, bob, u}
		visit.client("bobs@example.com")
		bob.submit("/mailings", append(mailingFields(visit.message("Subject", "Body").ID), "form_key", "short")...).want(t, 303)
		if n := v.mailings(u.TeamID); n != 1 {
			t.Errorf("%d mailings of the other team", n)
		}
	})
	t.Run("a mistake and a search for clients keep the key", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		fields := mailingFields(v.message("Subject", "Body").ID, "name", "", "form_key", "the-key")
		if got := v.submit("/mailings", fields...).formKey(t); got != "the-key" {
			t.Errorf("after a mistake %q", got)
		}
		if got := v.get("/mailings/new?find=own&form_key=the-key").formKey(t); got != "the-key" {
			t.Errorf("after a search %q", got)
		}
	})
}
