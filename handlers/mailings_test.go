package handlers_test

import (
	"slices"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// mailingFields is the form of a mailing to everybody, tomorrow at nine in UTC, with the given fields changed.
func mailingFields(messageID int64, change ...string) []string {
	form := []string{"name", "Spring news", "message_id", num(messageID), "audience", "all", "starts_at", "2026-03-11T09:00",
		"ends_at", "", "time_zone", "UTC", "periodicity", "once"}
	for i := 0; i < len(change); i += 2 {
		at := slices.Index(form, change[i])
		if at < 0 || change[i] == "client_ids" {
			form = append(form, change[i], change[i+1])
			continue
		}
		form[at+1] = change[i+1]
	}
	return form
}

func TestMailingList(t *testing.T) {
	t.Run("shows the team's own mailings and nobody else's", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("own@example.com")
			m := v.mailing("2026-03-11T09:00", "")
			bob := v.newUser("bob@example.com")
			storetest.Client(t, v.store, bob.TeamID, "foreign@example.com")
			storetest.Mailing(t, v.store, bob.TeamID, v.site.now, "2027-01-01T09:00", "", "UTC", domain.Once)
			a := v.get("/mailings")
			a.want(t, 200, "<h1>Mailings</h1>", m.Name, `id="mailing-`+num(m.ID)+`"`, "Created", "Daily", "1 mailing")
			a.wantLack(t, "2027")
			v.wantWhole(t, a)
		})
	})
	t.Run("says what belongs there while it is empty", func(t *testing.T) {
		ann(t).get("/mailings").want(t, 200, "No mailings yet", "Make the first mailing")
	})
	t.Run("searches, and gives htmx the list alone or one row that asks for news", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.mailing("2027-03-11T09:00", "")
		v.byHtmx(func() {
			a := v.get("/mailings?part=list&q=2026")
			a.want(t, 200, `<div id="mailings">`, m.Name)
			a.wantLack(t, "2027", "<html", "<h1")
			v.get(path("mailings", m.ID)+"?part=row").wantRow(t, m.Name, `hx-trigger="every 30s"`, "?part=row")
		})
	})
	t.Run("keeps a mailing that was stopped, and one that is over", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "2026-03-10T23:00")
		v.post(path("mailings", m.ID) + "/pause")
		v.get("/mailings").want(t, 200, m.Name, "Paused", "Resume")
		v.get(path("mailings", m.ID)).want(t, 200, "Paused: no letter leaves and no run starts.")
		v.post(path("mailings", m.ID) + "/resume")
		v.deliver(domain.Result{Outcome: domain.OutcomeSent})
		v.get("/mailings").want(t, 200, m.Name, "Completed", "1 of 1 sent")
	})
}

func TestMailingCreate(t *testing.T) {
	t.Run("keeps what was typed, wakes the sender, and leads to the mailing", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("own@example.com")
			msg := v.message("Hello", "Text")
			a := v.get("/mailings/new?message_id=" + num(msg.ID))
			a.want(t, 200, "<h1>New mailing</h1>", `value="2026-03-10T13:00"`, `<option value="`+num(msg.ID)+`" selected>`,
				`<option value="UTC" selected>`, `value="once" id="mailing-new-periodicity" checked`, "All clients (1)")
			v.wantWhole(t, a)
			v.wantGone(t, v.post("/mailings", mailingFields(msg.ID, "ends_at", "2026-04-01T00:00", "time_zone", "Europe/Berlin",
				"periodicity", "weekly")...), "/mailings/1")
			m := v.stored(1)
			s := m.Schedule
			if m.Name != "Spring news" || m.Audience != domain.AudienceAll || s.Start.String() != "2026-03-11T09:00" ||
				s.End.String() != "2026-04-01T00:00" || s.Zone.String() != "Europe/Berlin" || s.Every != domain.Weekly {
				t.Errorf("kept %+v", m)
			}
			if v.woken.Load() != 1 {
				t.Errorf("the sender was woken %d times", v.woken.Load())
			}
			v.htmx = false
			v.get("/mailings/1").want(t, 200, "Saved. The mailing goes out by itself", "Spring news", "All clients (1)", "Weekly", "Europe/Berlin")
		})
	})
	t.Run("to picked clients keeps those", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			one, _, three := v.client("one@example.com"), v.client("two@example.com"), v.client("three@example.com")
			v.wantGone(t, v.post("/mailings", mailingFields(v.message("Hello", "Text").ID, "audience", "clients",
				"client_ids", num(one.ID), "client_ids", num(three.ID))...), "/mailings/1")
			if got := v.stored(1).ClientIDs; !slices.Equal(got, []int64{one.ID, three.ID}) {
				t.Errorf("picked %v", got)
			}
			v.get("/mailings/1").want(t, 200, "2 picked clients")
			v.get("/mailings/1/edit").want(t, 200, `value="`+num(one.ID)+`" checked`, `value="`+num(three.ID)+`" checked`)
		})
	})
	t.Run("offers clients that match, beside those that are picked", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			one := v.client("one@example.com")
			v.client("two@example.com")
			v.client("three@example.com")
			a := v.get("/mailings/picker?find=two&client_ids=" + num(one.ID))
			a.want(t, 200, "one@example.com", `value="`+num(one.ID)+`" checked`, "two@example.com", "3 clients")
			a.wantLack(t, "three@example.com")
			v.wantWhole(t, a)
		})
	})
	t.Run("keeps what was typed while somebody searches for clients without a script", func(t *testing.T) {
		v := ann(t)
		cl := v.client("one@example.com")
		v.get("/mailings/new?id=&name=Typed&audience=clients&find=one&client_ids="+num(cl.ID)).want(t, 200,
			`value="Typed"`, `value="clients" id="mailing-new-audience-1" checked`, `value="`+num(cl.ID)+`" checked`, `action="/mailings"`)
		m := v.mailing("2026-03-11T09:00", "")
		v.get(path("mailings", m.ID)+"/edit?id=77&name=Typed&find=one").want(t, 200, `value="Typed"`, `action="`+path("mailings", m.ID)+`"`)
	})
	t.Run("makes a new one whatever id the address names", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		a := v.get("/mailings/new?id=" + num(m.ID))
		a.want(t, 200, "New mailing", `action="/mailings"`)
	})
}

func TestMailingEdit(t *testing.T) {
	t.Run("saves, wakes the sender, and leads to the mailing", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("own@example.com")
			m := v.mailing("2026-03-11T09:00", "2026-03-20T09:00")
			a := v.get(path("mailings", m.ID) + "/edit")
			a.want(t, 200, "<h1>Edit mailing</h1>", `value="2026-03-11T09:00"`, `value="2026-03-20T09:00"`, `name="version" value="1"`)
			v.wantWhole(t, a)
			v.wantGone(t, v.post(path("mailings", m.ID), mailingFields(m.MessageID, "name", "Other", "version", "1")...), path("mailings", m.ID))
			if got := v.stored(m.ID); got.Name != "Other" || got.Schedule.Every != domain.Once || v.woken.Load() != 1 {
				t.Errorf("kept %+v, woken %d", got, v.woken.Load())
			}
		})
	})
	t.Run("in the row gives htmx the form, its mistakes, and the row with the news", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.htmx = true
		v.get(path("mailings", m.ID)+"/edit?part=row").want(t, 200, `<tr class="editing">`, `name="part" value="row"`)
		a := v.post(path("mailings", m.ID), mailingFields(m.MessageID, "name", "", "version", "1", "part", "row")...)
		a.wantMistake(t, "mailing-"+num(m.ID), "name", "A mailing needs a name")
		a.wantLack(t, "<html", "<h1")
		a = v.post(path("mailings", m.ID), mailingFields(m.MessageID, "version", "1", "part", "row")...)
		a.wantRow(t, "Spring news", `hx-target="#toasts"`, "Saved.")
	})
}

func TestMailingDelete(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.post(path("mailings", m.ID)+"/send").want(t, map[bool]int{false: 303, true: 200}[v.htmx])
		woken := v.woken.Load()
		v.wantGone(t, v.post(path("mailings", m.ID)+"/delete"), "/mailings")
		if v.woken.Load() != woken+1 {
			t.Error("the sender was not woken")
		}
		if runs, err := v.store.ActiveRuns(t.Context()); err != nil || len(runs) != 0 {
			t.Errorf("runs %v, %v", runs, err)
		}
		v.htmx = false
		a := v.get("/mailings")
		a.want(t, 200, "Deleted “"+m.Name+"”.", "No mailings yet")
		for _, page := range []string{"", "/edit", "/log"} {
			v.get(path("mailings", m.ID)+page).want(t, 404)
		}
	})
}

// What a colleague has deleted, or shares no more, leaves the page that asks for news of it, and asks no more.
func TestNewsOfWhatIsGone(t *testing.T) {
	v := ann(t)
	v.client("own@example.com")
	m := v.mailing("2026-03-10T11:00", "")
	v.post(path("mailings", m.ID)+"/delete").want(t, 303)
	v.byHtmx(func() {
		row := v.get(path("mailings", m.ID) + "?part=row")
		row.want(t, 404)
		if h := row.Header(); row.body != "" || h.Get("HX-Reswap") != "delete" || h.Get("HX-Retarget") != "" {
			t.Errorf("the row gets %q with %v", row.body, h)
		}
		page := v.get(path("mailings", m.ID) + "?part=live")
		page.want(t, 404, "<h1>Not found</h1>")
		if h := page.Header(); h.Get("HX-Retarget") != "main" || h.Get("HX-Reswap") != "innerHTML" {
			t.Errorf("the page gets %v", h)
		}
	})
}
