package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// mailingFields is the form of a mailing to everyone, tomorrow at nine in UTC, with the given fields changed.
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
		ann(t).get("/mailings").want(t, 200, "No mailings yet", "New mailing")
	})
	t.Run("searches, and gives htmx only the list, or one row that polls", func(t *testing.T) {
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
	t.Run("keeps a mailing that was stopped, and a finished one", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "2026-03-10T23:00")
		v.submit(path("mailings", m.ID) + "/pause")
		v.get("/mailings").want(t, 200, m.Name, "Paused", "Resume")
		v.get(path("mailings", m.ID)).want(t, 200, "Paused: nothing goes out and no new send starts.")
		v.submit(path("mailings", m.ID) + "/resume")
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
			v.wantGone(t, v.submit("/mailings", mailingFields(msg.ID, "ends_at", "2026-04-01T00:00", "time_zone", "Europe/Berlin",
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
			v.get("/mailings/1").want(t, 200, "Saved. The mailing goes out automatically", "Spring news", "All clients (1)", "Weekly", "Europe/Berlin")
		})
	})
	t.Run("to picked clients keeps those", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			one, _, three := v.client("one@example.com"), v.client("two@example.com"), v.client("three@example.com")
			v.wantGone(t, v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID, "audience", "clients",
				"client_ids", num(one.ID), "client_ids", num(three.ID))...), "/mailings/1")
			if got := v.stored(1).ClientIDs; !slices.Equal(got, []int64{one.ID, three.ID}) {
				t.Errorf("picked %v", got)
			}
			v.get("/mailings/1").want(t, 200, "2 selected clients")
			v.get("/mailings/1/edit").want(t, 200, `value="`+num(one.ID)+`" checked`, `value="`+num(three.ID)+`" checked`)
		})
	})
	t.Run("lists matching clients besides the selected ones", func(t *testing.T) {
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
	t.Run("makes a new one, whatever id is in the address", func(t *testing.T) {
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
			v.wantGone(t, v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "name", "Other", "version", "1")...), path("mailings", m.ID))
			if got := v.stored(m.ID); got.Name != "Other" || got.Schedule.Every != domain.Once || v.woken.Load() != 1 {
				t.Errorf("kept %+v, woken %d", got, v.woken.Load())
			}
		})
	})
	t.Run("in the row gives htmx the form, its mistakes, and the row with a toast", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.htmx = true
		v.get(path("mailings", m.ID)+"/edit?part=row").want(t, 200, `<tr class="editing">`, `name="part" value="row"`)
		a := v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "name", "", "version", "1", "part", "row")...)
		a.wantMistake(t, "mailing-"+num(m.ID), "name", "Enter a name so you can find the mailing later.")
		a.wantLack(t, "<html", "<h1")
		a = v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "version", "1", "part", "row")...)
		a.wantRow(t, "Spring news", `hx-target="#toasts"`, "Saved.")
	})
}

func TestMailingDelete(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.submit(path("mailings", m.ID)+"/send").want(t, map[bool]int{false: 303, true: 200}[v.htmx])
		woken := v.woken.Load()
		v.wantGone(t, v.submit(path("mailings", m.ID)+"/delete"), "/mailings")
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

// A mailing that a colleague deleted or that is no longer shared disappears from a page that polls for it, and the polling stops.
func TestPollingAfterDeletion(t *testing.T) {
	v := ann(t)
	v.client("own@example.com")
	m := v.mailing("2026-03-10T11:00", "")
	v.submit(path("mailings", m.ID)+"/delete").want(t, 303)
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

// badMailings change one or two fields of a valid mailing: the field that becomes wrong, and the message about it.
var badMailings = map[string]struct {
	change []string
	field  string
	why    string
}{
	"no name":                                   {[]string{"name", " "}, "name", "Enter a name so you can find the mailing later."},
	"no message":                                {[]string{"message_id", ""}, "message_id", "Choose a message to send."},
	"a message id that is not a number":         {[]string{"message_id", "x"}, "message_id", "Choose a message to send."},
	"a message id out of range":                 {[]string{"message_id", "9223372036854775808"}, "message_id", "Choose one of your messages."},
	"an unknown audience":                       {[]string{"audience", "world"}, "audience", "Choose who receives the mailing."},
	"selected clients with none selected":       {[]string{"audience", "clients"}, "client_ids", "Select at least one client"},
	"a selected client id that is not a number": {[]string{"audience", "clients", "client_ids", "x"}, "client_ids", "Select again."},
	"a selected client that does not exist":     {[]string{"audience", "clients", "client_ids", "99"}, "client_ids", "Select again."},
	"a window that ends before it starts":       {[]string{"ends_at", "2026-03-11T08:59"}, "ends_at", "after"},
	"a window that ends as it starts":           {[]string{"ends_at", "2026-03-11T09:00"}, "ends_at", "after"},
	"a window that is over":                     {[]string{"starts_at", "2026-03-01T09:00", "ends_at", "2026-03-02T09:00"}, "ends_at", "The sending period is over"},
	"a time zone that does not exist":           {[]string{"time_zone", "Mars/Olympus"}, "time_zone", "Mars/Olympus"},
	"a path as the time zone":                   {[]string{"time_zone", "../../etc/passwd"}, "time_zone", "../../etc/passwd"},
	"a day that does not exist":                 {[]string{"starts_at", "2026-02-30T09:00"}, "starts_at", ""},
	"no start":                                  {[]string{"starts_at", ""}, "starts_at", ""},
	"an invalid end":                            {[]string{"ends_at", "tomorrow"}, "ends_at", ""},
	"an unknown periodicity":                    {[]string{"periodicity", "hourly"}, "periodicity", ""},
	"a name over the limit":                     {[]string{"name", strings.Repeat("я", 201)}, "name", "Use at most 200 characters."},
	"a script as the name":                      {[]string{"name", "<script>alert(1)</script>\n"}, "name", "&lt;script&gt;"},
	"HTML as the time zone":                     {[]string{"time_zone", `"><script>alert(1)</script>`}, "time_zone", "&lt;script&gt;"},
}

func TestMailingMistakes(t *testing.T) {
	t.Parallel()
	asBoth(t, func(t *testing.T, v visit) {
		cl, msg := v.client("own@example.com"), v.message("Hello", "Text")
		for name, c := range badMailings {
			t.Run(name+" is refused beside its field, and the rest is kept", func(t *testing.T) {
				a := v.submit("/mailings", mailingFields(msg.ID, append([]string{"find", "own", "id", "77"}, c.change...)...)...)
				id := "mailing-new-" + c.field
				a.want(t, 422, `id="`+id+`-mistake"`, `href="#`+id+`"`, c.why, `value="`+num(cl.ID)+`"`, `action="/mailings"`)
				a.wantLack(t, "<script>alert")
				v.wantWhole(t, a)
				if c.field != "name" {
					a.want(t, 422, `value="Spring news"`)
				}
				if c.field != "message_id" {
					a.want(t, 422, ` selected>Hello</option>`)
				}
				if n := v.mailings(v.user.TeamID); n != 0 || v.woken.Load() != 0 {
					t.Errorf("%d mailings, woken %d times", n, v.woken.Load())
				}
			})
		}
	})
	t.Run("every mistake is named at once", func(t *testing.T) {
		a := ann(t).submit("/mailings")
		for _, field := range []string{"name", "message_id", "audience", "starts_at", "time_zone", "periodicity"} {
			a.want(t, 422, `id="mailing-new-`+field+`-mistake"`)
		}
	})
	t.Run("an audience of nobody is refused", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID)...)
			a.want(t, 422, `id="mailing-new-audience-mistake"`, "There&#39;s no one to send to. Add a client first.")
		})
	})
	t.Run("invalid controls are marked", func(t *testing.T) {
		v := ann(t)
		for _, field := range []string{"name", "message_id", "audience", "client_ids", "starts_at", "ends_at", "time_zone", "periodicity"} {
			change := []string{field, "?"}
			if field == "client_ids" {
				change = []string{"audience", "clients", "client_ids", "?"}
			}
			if field == "name" {
				change = []string{"name", ""}
			}
			a := v.submit("/mailings", mailingFields(1, change...)...)
			a.want(t, 422, `aria-invalid="true"`, `aria-describedby="mailing-new-`+field+`-mistake`)
		}
	})
}

func TestMailingOfAnotherTeam(t *testing.T) {
	t.Run("their messages and clients are refused like missing ones, and nothing is written", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			own := v.client("own@example.com")
			mine := v.mailing("2026-03-11T09:00", "")
			bob := v.newUser("bob@example.com")
			theirs := storetest.Client(t, v.store, bob.TeamID, "foreign@example.com")
			msg := storetest.Message(t, v.store, bob.TeamID, "Foreign subject", "Foreign text")
			for _, to := range []string{"/mailings", path("mailings", mine.ID)} {
				a := v.submit(to, mailingFields(msg.ID, "version", "1")...)
				a.want(t, 422, "-message_id-mistake", "Choose one of your messages.")
				a.wantLack(t, "Foreign")
				a = v.submit(to, mailingFields(mine.MessageID, "version", "1", "audience", "clients",
					"client_ids", num(own.ID), "client_ids", num(theirs.ID))...)
				a.want(t, 422, "-client_ids-mistake", "Some of the selected clients no longer exist. Select again.")
				a.wantLack(t, "foreign@example.com")
			}
			got := v.stored(mine.ID)
			if n := v.mailings(v.user.TeamID); n != 1 || got.Version != 1 || got.MessageID != mine.MessageID || got.ClientIDs != nil {
				t.Errorf("%d mailings, %+v", n, got)
			}
			v.get("/mailings/picker?audience=clients&client_ids="+num(theirs.ID)).wantLack(t, "foreign@example.com")
		})
	})
	t.Run("fields that no form has change nothing", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		bob := v.newUser("bob@example.com")
		extra := []string{"team_id", num(bob.TeamID), "TeamID", num(bob.TeamID), "id", "77", "status", "completed",
			"paused_at", "1", "ran", "1", "next_at", "1", "version", "1"}
		v.submit(path("clients", cl.ID), append([]string{"email", "new@example.com"}, extra...)...).want(t, 303)
		v.submit("/clients", append([]string{"email", "more@example.com"}, extra...)...).want(t, 303)
		v.submit("/messages", append([]string{"subject", "Hello", "body", "Text"}, extra...)...).want(t, 303)
		v.submit("/mailings", mailingFields(1, extra...)...).wantTo(t, "/mailings/1")
		v.submit("/mailings/1", mailingFields(1, extra...)...).wantTo(t, "/mailings/1")
		if got := v.clients(bob.TeamID); len(got) != 0 {
			t.Errorf("the other team has %q", got)
		}
		if got := v.clients(v.user.TeamID); !slices.Equal(got, []string{"more@example.com", "new@example.com"}) {
			t.Errorf("the team has %q", got)
		}
		if m := v.stored(1); m.TeamID != v.user.TeamID || m.Status != domain.StatusCreated || m.Paused() || m.Ran || m.Version != 2 {
			t.Errorf("kept %+v", m)
		}
	})
}
