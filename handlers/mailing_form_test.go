package handlers_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// nextRuns asks for the next runs of a mailing as typed.
func (b *browser) nextRuns(starts, ends, zone, every, id string) answer {
	q := url.Values{"starts_at": {starts}, "ends_at": {ends}, "time_zone": {zone}, "periodicity": {every}, "id": {id}}
	return b.get("/mailings/next-runs?" + q.Encode())
}

// times returns the times in the list of next runs, in UTC.
func times(a answer) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?s)<li><time datetime="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestNextRuns(t *testing.T) {
	t.Parallel()
	t.Run("are five, in the mailing's zone and in UTC, marked where a clock change moves one", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.nextRuns("2027-03-27T02:30", "", "Europe/Berlin", "daily", "")
			a.want(t, 200, "Sat, 27 Mar 2027, 02:30", "27 Mar 2027, 01:30 UTC", "Sun, 28 Mar 2027, 03:00",
				"28 Mar 2027, 01:00 UTC", "Times are in Europe/Berlin.")
			want := []string{"2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z", "2027-03-30T00:30:00Z", "2027-03-31T00:30:00Z"}
			if got := times(a); !slices.Equal(got, want) {
				t.Errorf("runs at %v, want %v", got, want)
			}
			if n := len(regexp.MustCompile("shifted by a clock change").FindAllString(a.body, -1)); n != 1 {
				t.Errorf("%d are marked as moved", n)
			}
			v.wantWhole(t, a)
		})
	})
	for _, c := range []struct{ name, starts, ends, zone, every string }{
		{"a day that a clock change shortens", "2026-03-28T02:30", "2026-04-03T00:00", "Europe/Berlin", "daily"},
		{"a clock change that goes back", "2026-10-24T02:30", "2026-10-28T00:00", "Europe/Berlin", "daily"},
		{"the ends of months", "2026-03-31T10:00", "2026-07-30T10:00", "America/New_York", "monthly"},
		{"a start in the past", "2026-03-01T10:00", "2026-04-02T10:01", "Asia/Kathmandu", "weekly"},
		{"a window over midnight", "2026-03-10T23:30", "2026-03-11T00:30", "UTC", "once"},
	} {
		t.Run("are those that the scheduler starts: "+c.name, func(t *testing.T) {
			v := ann(t)
			v.client("own@example.com")
			shown := times(v.nextRuns(c.starts, c.ends, c.zone, c.every, ""))
			v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID, "starts_at", c.starts, "ends_at", c.ends,
				"time_zone", c.zone, "periodicity", c.every)...).wantTo(t, "/mailings/1")
			if got := times(v.get("/mailings/1")); !slices.Equal(got, shown) {
				t.Errorf("the page shows %v, the form %v", got, shown)
			}
			if got := v.started(1, len(shown)); !slices.Equal(got, shown) || len(shown) == 0 {
				t.Errorf("started at %v, shown were %v", got, shown)
			}
		})
	}
	t.Run("begin at once if a start has just passed, and never repeat past runs", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		a := v.nextRuns("2026-03-10T11:00", "", "UTC", "daily", num(m.ID))
		a.want(t, 200, ">now<")
		v.started(m.ID, 1)
		a = v.nextRuns("2026-03-10T11:00", "", "UTC", "daily", num(m.ID))
		a.wantLack(t, ">now<")
		if got := times(a); len(got) != 5 || got[0] != "2026-03-11T11:00:00Z" {
			t.Errorf("runs at %v", got)
		}
		if got := times(v.nextRuns("2026-03-10T12:01", "", "UTC", "daily", num(m.ID))); len(got) != 5 || got[0] != "2026-03-10T12:01:00Z" {
			t.Errorf("runs of a later start at %v", got)
		}
	})
	t.Run("say when the form is incomplete and when the window is over", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			for _, form := range [][4]string{{}, {"soon", "", "UTC", "daily"}, {"2026-03-11T09:00", "", "Mars/Olympus", "daily"},
				{"2026-03-11T09:00", "2026-03-11T08:00", "UTC", "daily"}, {"2026-03-11T09:00", "", "UTC", "<b>"}} {
				a := v.nextRuns(form[0], form[1], form[2], form[3], "")
				a.want(t, 200, "Choose a start to see the next sends.")
				a.wantLack(t, "<b>")
			}
			v.nextRuns("2026-03-01T09:00", "2026-03-01T10:00", "UTC", "once", "").want(t, 200, "No more sends can start in this sending period.")
		})
	})
	t.Run("are not shown for another team's mailing, nor for a missing one", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			bob := v.newUser("bob@example.com")
			storetest.Client(t, v.store, bob.TeamID, "foreign@example.com")
			m := storetest.Mailing(t, v.store, bob.TeamID, v.site.now, "2026-03-11T09:00", "", "UTC", domain.Once)
			for _, id := range []string{num(m.ID), "99", "-1", "0"} {
				v.nextRuns("2026-03-11T09:00", "", "UTC", "daily", id).want(t, 404)
			}
		})
	})
}

// started lets the scheduler start up to n runs, each exactly when it is due, and returns the times they were due.
func (v visit) started(id int64, n int) []string {
	v.t.Helper()
	var all []string
	for m := v.stored(id); !m.NextAt.IsZero() && len(all) < n; m = v.stored(id) {
		v.site.now = later(v.site.now, m.NextAt)
		v.deliver(domain.Result{Outcome: domain.OutcomeSent})
		runs, err := v.store.Runs(v.t.Context(), id, 1)
		if err != nil || len(runs) != 1 {
			v.t.Fatalf("runs %v, %v", runs, err)
		}
		all = append(all, runs[0].ScheduledAt.Format(time.RFC3339))
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lost is a time zone that the machine no longer knows.
const lost = "Mars/Olympus"

// TestLostZone shows a mailing whose time zone no longer exists.
func TestLostZone(t *testing.T) {
	setUp := func(t *testing.T) (visit, domain.Mailing, domain.Mailing) {
		v := ann(t)
		v.client("own@example.com")
		m, other := v.mailing("2026-03-11T09:00", ""), v.mailing("2026-03-11T10:00", "")
		v.raw.Set("mailings", "time_zone", lost, "id", m.ID)
		return v, m, other
	}
	t.Run("the list shows it among the others, marked", func(t *testing.T) {
		for _, htmx := range []bool{false, true} {
			v, m, other := setUp(t)
			v.htmx = htmx
			v.get("/mailings").want(t, 200, m.Name, other.Name, "Unknown time zone", "2 mailings")
			v.get(path("mailings", m.ID)+"?part=row").want(t, 200, m.Name, "Unknown time zone")
		}
	})
	t.Run("its page says what to do, and offers no run and no next runs", func(t *testing.T) {
		v, m, _ := setUp(t)
		a := v.get(path("mailings", m.ID))
		a.want(t, 200, "The time zone “Mars/Olympus” is no longer known, so this mailing isn&#39;t sent. Edit the mailing and choose another time zone.")
		a.wantLack(t, "Send now", "Next sends", "hx-trigger")
		v.submit(path("mailings", m.ID)+"/send", "last_run", "0").want(t, 409, "is no longer known")
		v.wantRuns(t, m, 0)
	})
	t.Run("its form shows the zone as a mistake and keeps another choice, also UTC", func(t *testing.T) {
		for _, zone := range []string{"UTC", "Europe/Berlin"} {
			v, m, _ := setUp(t)
			a := v.get(path("mailings", m.ID) + "/edit")
			a.want(t, 200, `<option value="Mars/Olympus" selected`, `id="mailing-1-time_zone-mistake"`, "is no longer known")
			v.byHtmx(func() {
				v.get(path("mailings", m.ID)+"/edit?part=row").want(t, 200, `id="mailing-1-time_zone-mistake"`)
			})
			v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "time_zone", lost, "periodicity", "daily", "version", "1")...).want(t, 422, "Choose a time zone from the list")
			v.raw.Set("mailings", "next_at", 1, "id", m.ID)
			v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "time_zone", zone, "periodicity", "daily", "version", "1")...).want(t, 303)
			if got := v.stored(m.ID); got.Schedule.Zone.String() != zone || got.NextAt.Before(v.site.now) {
				t.Errorf("it is next due %v in %v", got.NextAt, got.Schedule.Zone)
			}
			v.get("/mailings").wantLack(t, "Unknown time zone")
		}
	})
	t.Run("an edit of an older version, its log, pausing and deleting work", func(t *testing.T) {
		v, m, _ := setUp(t)
		v.raw.Set("mailings", "version", 2, "id", m.ID)
		v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "version", "1")...).want(t, 409, lost)
		v.get(path("mailings", m.ID)+"/log").want(t, 200)
		v.submit(path("mailings", m.ID)+"/pause").want(t, 303)
		v.submit(path("mailings", m.ID)+"/delete").want(t, 303)
		v.get("/mailings").want(t, 200, "1 mailing")
	})
	t.Run("managers and admins see it, and the home page counts it", func(t *testing.T) {
		v, m, _ := setUp(t)
		boss := v.enter(v.userOf("boss@example.com", domain.RoleManager))
		boss.get("/mailings").want(t, 200, m.Name, "Unknown time zone")
		boss.get(path("mailings", m.ID)).want(t, 200, "is no longer known")
		v.browser.get("/").want(t, 200)
	})
	t.Run("a user's own zone falls back to UTC", func(t *testing.T) {
		v, m, _ := setUp(t)
		v.raw.Set("users", "time_zone", lost)
		v.get("/").want(t, 200)
		v.get("/mailings/new").want(t, 200, `<option value="UTC" selected`)
		v.get(path("mailings", m.ID+1)).want(t, 200, "11 Mar 2026, 10:00")
		v.get("/profile").want(t, 200, `<option value="UTC" selected`)
	})
}

// picking is a mailing's form with n clients selected one by one, with the largest possible ids.
func picking(t testing.TB, v visit, n int) []string {
	t.Helper()
	if err := storetest.AddClients(t.Context(), v.file, v.user.TeamID, n, v.site.now); err != nil {
		t.Fatal(err)
	}
	fields := mailingFields(v.message("Subject", "Body").ID, "audience", "clients", "find", "", "version", "", "id", "", "form_key", "key")
	for _, id := range v.raw.Rows("clients", "id") {
		fields = append(fields, "client_ids", id)
	}
	return fields
}

// TestPickedLimit selects as many clients as the page says is allowed, and then one more.
func TestPickedLimit(t *testing.T) {
	v := ann(t)
	fields := picking(t, v, domain.MaxPicked+1)
	last := fields[len(fields)-1]
	atLimit := slices.Clip(fields[:len(fields)-2])
	ways := map[string]func(path string, form ...string) answer{"plain": v.submit,
		"multipart": func(path string, form ...string) answer { return v.submitParts(t, path, form...) }}
	for name, submit := range ways {
		t.Run(name+" forms", func(t *testing.T) {
			submit("/mailings", append(atLimit, "name", name)...).want(t, 303)
			a := submit("/mailings", fields...)
			if a.Code != 422 || !strings.Contains(a.body, "Select at most 10,000 clients one by one.") || !strings.Contains(a.body, `value="Spring news"`) ||
				!strings.Contains(a.body, `value="`+last+`" checked`) || strings.Count(a.body, " checked") < domain.MaxPicked {
				t.Errorf("status %d, %d boxes are ticked: %.300s", a.Code, strings.Count(a.body, " checked"), a.body)
			}
		})
	}
	t.Run("htmx", func(t *testing.T) {
		v.byHtmx(func() {
			v.submit("/mailings", atLimit...).want(t, 200)
			if a := v.submit("/mailings", fields...); a.Code != 422 || !strings.Contains(a.body, "Select at most 10,000 clients") {
				t.Errorf("status %d: %.300s", a.Code, a.body)
			}
			if a := v.submit("/mailings/next-runs", atLimit...); a.Code != 200 || !strings.Contains(a.body, "11 Mar 2026") {
				t.Errorf("the next runs: status %d: %.300s", a.Code, a.body)
			}
			if a := v.submit("/mailings/picker", append(atLimit, "find", "nobody")...); a.Code != 200 || strings.Count(a.body, " checked") != domain.MaxPicked {
				t.Errorf("a search: status %d: %.300s", a.Code, a.body)
			}
		})
	})
	got := v.stored(1)
	if len(got.ClientIDs) != domain.MaxPicked {
		t.Errorf("%d clients are kept", len(got.ClientIDs))
	}
	form := v.get("/mailings/1/edit")
	form.want(t, 200, `hx-post="/mailings/next-runs"`, `hx-post="/mailings/picker"`)
}
