package handlers_test

import (
	"testing"
	"time"

	"postrider/domain"
)

// wantShown fails unless the answer leads to the mailing, or for htmx is the part of its page that was asked for.
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
		t.Run("each does it, wakes the sender, and shows the mailing as a "+part, func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("own@example.com")
				m := v.mailing("2026-03-10T11:00", "")
				v.wantShown(t, v.post(path("mailings", m.ID)+"/send", "part", part), part, m, "Running", "Pause")
				runs, err := v.store.Runs(t.Context(), m.ID, 9)
				if err != nil || len(runs) != 1 || !runs[0].Manual || runs[0].Sender != v.server.Sender {
					t.Errorf("runs %+v, %v", runs, err)
				}
				v.wantShown(t, v.post(path("mailings", m.ID)+"/pause", "part", part), part, m, "Paused", "Resume")
				if !v.stored(m.ID).Paused() {
					t.Error("it is not paused")
				}
				v.wantShown(t, v.post(path("mailings", m.ID)+"/resume", "part", part, "last_run", num(runs[0].ID)), part, m, "Pause")
				if v.stored(m.ID).Paused() || v.woken.Load() != 3 {
					t.Errorf("paused: %v, woken %d times", v.stored(m.ID).Paused(), v.woken.Load())
				}
			})
		})
	}
	t.Run("both twice do no harm", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		for _, action := range []string{"/resume", "/pause", "/pause"} {
			v.post(path("mailings", m.ID)+action).want(t, 303)
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
		"before the window opens":      {"2026-03-11T09:00", "", "", "The window has not opened yet.", 0},
		"after the window has closed":  {"2026-03-10T11:00", "2026-03-10T13:00", "", "The window has closed.", time.Hour},
		"while the mailing is paused":  {"2026-03-10T11:00", "", "/pause", "The mailing is paused. Resume it first.", 0},
		"while the last run is active": {"2026-03-10T11:00", "", "/send", "The last run is still sending.", 0},
	} {
		t.Run(name+" says why, and starts nothing", func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("own@example.com")
				m := v.mailing(c.starts, c.ends)
				if c.before != "" {
					v.post(path("mailings", m.ID) + c.before)
				}
				v.site.now = v.site.now.Add(c.later)
				was, err := v.store.Runs(t.Context(), m.ID, 9)
				if err != nil {
					t.Fatal(err)
				}
				woken := v.woken.Load()
				a := v.post(path("mailings", m.ID)+"/send", "part", "live")
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
	v.post(path("mailings", soon.ID)+"/send").want(t, 303)
	polls(soon, "every 1s")
	v.post(path("mailings", soon.ID)+"/pause").want(t, 303)
	v.get(path("mailings", soon.ID)).wantLack(t, "hx-trigger")
}
