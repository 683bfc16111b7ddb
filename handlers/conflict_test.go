package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// differing returns the names of the fields whose version the reader can choose, in order.
func differing(a answer) (names []string) {
	for _, radio := range strings.Split(a.body, `<input type="radio" name="`)[1:] {
		name, rest, _ := strings.Cut(radio, `"`)
		if field, ok := strings.CutSuffix(name, ".take"); ok && strings.HasPrefix(rest, ` value="mine"`) {
			names = append(names, field)
		}
	}
	return names
}

func (a answer) wantDiffering(t testing.TB, fields string) {
	t.Helper()
	if got := strings.Join(differing(a), " "); got != fields {
		t.Errorf("to choose: %q, want %q; in\n%s", got, fields, a.body)
	}
}

// takenTheirs is the other version's radio button, checked.
func takenTheirs(field string) string {
	return `name="` + field + `.take" value="theirs" checked`
}

func TestChoosingBetweenVersions(t *testing.T) {
	t.Run("for a client takes either version, field by field", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			cl := v.client("own@example.com")
			to := path("clients", cl.ID)
			v.submit(to, "email", "theirs@example.com", "full_name", "Their name", "comment", "Same", "version", "1")
			a := v.submit(to, "email", "mine@example.com", "full_name", "My name", "comment", " Same ", "version", "1")
			a.want(t, 409, `name="version" value="2"`, "<fieldset", "<legend>Email</legend>", "Keep yours", "Use theirs",
				`value="mine@example.com"`, "theirs@example.com", `value="My name"`, "Their name", "10 Mar 2026, 12:00")
			a.wantDiffering(t, "email full_name")
			v.submit(to, "email", "mine@example.com", "email.take", "theirs", "full_name", "My name", "full_name.take", "mine", "comment", "Same", "version", "2")
			got, err := v.store.Client(t.Context(), domain.CommandLineActor(), domain.View, cl.ID)
			if err != nil || got.Email != "theirs@example.com" || got.FullName != "My name" || got.Version != 3 {
				t.Errorf("kept %+v, %v", got, err)
			}
		})
	})
	t.Run("for a message takes either version, and shows the long text in full", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			m := v.message("Subject", "Body")
			to := path("messages", m.ID)
			v.submit(to, "subject", "Subject", "body", "Their\n\n<b>body</b>", "version", "1")
			a := v.submit(to, "subject", "Subject", "body", "My body", "version", "1")
			a.want(t, 409, "\nTheir\n\n&lt;b&gt;body&lt;/b&gt;</textarea>", "\nMy body</textarea>", `aria-label="Text: their version"`)
			a.wantDiffering(t, "body")
			v.submit(to, "subject", "New subject", "body", "My body", "body.take", "theirs", "version", "2")
			if got, err := v.store.Message(t.Context(), domain.CommandLineActor(), domain.View, m.ID); err != nil || got.Subject != "New subject" || got.Body != "Their\n\n<b>body</b>" {
				t.Errorf("kept %+v, %v", got, err)
			}
		})
	})
	t.Run("stays open after a mistake, and after a third save", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			cl := v.client("own@example.com")
			to := path("clients", cl.ID)
			save := func(name, version string) {
				v.submit(to, "email", cl.Email, "full_name", name, "comment", "Theirs", "version", version)
			}
			mine := []string{"full_name", "My name", "full_name.take", "theirs", "comment", "Mine", "comment.take", "mine"}
			save("Second", "1")
			v.submit(to, append(mine, "email", cl.Email, "version", "1")...).want(t, 409)
			a := v.submit(to, append(mine, "email", "no address", "version", "2")...)
			a.want(t, 422, `value="no address"`, `value="My name"`, "Second", takenTheirs("full_name"), `name="version" value="2"`)
			a.wantDiffering(t, "email full_name comment")
			save("Third", "2")
			a = v.submit(to, append(mine, "email", cl.Email, "version", "2")...)
			a.want(t, 409, `value="My name"`, "Third", takenTheirs("full_name"), `value="Mine"`, `name="version" value="3"`)
			a.wantLack(t, "Second")
			a.wantDiffering(t, "full_name comment")
			v.submit(to, append(mine, "email", cl.Email, "version", "3")...)
			if got, err := v.store.Client(t.Context(), domain.CommandLineActor(), domain.View, cl.ID); err != nil || got.FullName != "Third" || got.Comment != "Mine" {
				t.Errorf("kept %+v, %v", got, err)
			}
		})
	})
	t.Run("says so when both made the same edit", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		to := path("clients", cl.ID)
		v.submit(to, "email", cl.Email, "full_name", "Same", "version", "1")
		a := v.submit(to, "email", cl.Email, "full_name", "Same", "version", "1")
		a.want(t, 409, "The newer version is the same as yours.")
		a.wantDiffering(t, "")
	})
	t.Run("offers no choice in a form without a conflict", func(t *testing.T) {
		v := ann(t)
		for _, e := range edits(v) {
			a := v.get(e.thing + "/edit")
			a.want(t, 200)
			a.wantDiffering(t, "")
		}
	})
}

func TestChoosingBetweenVersionsOfAMailing(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		one, two := v.client("one@example.com"), v.client("two@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		other := v.message("Other subject", "Body")
		to := path("mailings", m.ID)
		v.submit(to, mailingFields(other.ID, "name", "Theirs", "audience", "clients", "client_ids", num(one.ID), "starts_at", "2026-03-12T10:00",
			"ends_at", "2026-04-01T00:00", "time_zone", "Europe/Berlin", "periodicity", "weekly", "version", "1")...)
		mine := mailingFields(m.MessageID, "name", "Mine", "starts_at", "2026-03-13T11:00", "ends_at", "", "time_zone", "UTC", "periodicity", "daily", "version", "1")
		a := v.submit(to, mine...)
		a.want(t, 409, "Other subject", "Selected: one@example.com", `value="2026-03-12T10:00"`, `value="2026-04-01T00:00"`, `value="2026-03-13T11:00"`,
			`<p class="theirs wrap">Weekly</p>`, `<p class="theirs wrap">Europe/Berlin</p>`, `value="Mine"`, "Theirs")
		a.wantDiffering(t, "name message_id audience periodicity starts_at ends_at time_zone")
		v.submit(to, append(mailingFields(m.MessageID, "name", "Mine", "starts_at", "2026-03-13T11:00", "ends_at", "", "time_zone", "UTC", "periodicity", "daily", "version", "2"),
			"name.take", "mine", "message_id.take", "theirs", "audience.take", "theirs", "starts_at.take", "mine", "ends_at.take", "theirs",
			"time_zone.take", "theirs", "periodicity.take", "theirs")...)
		got := v.stored(m.ID)
		if got.Name != "Mine" || got.MessageID != other.ID || got.Audience != domain.AudienceClients || len(got.ClientIDs) != 1 || got.ClientIDs[0] != one.ID ||
			got.Schedule.Start.String() != "2026-03-13T11:00" || got.Schedule.End.String() != "2026-04-01T00:00" || got.Schedule.Zone.String() != "Europe/Berlin" ||
			got.Schedule.Every != domain.Weekly {
			t.Errorf("kept %+v", got)
		}
		a = v.submit(to, mailingFields(other.ID, "name", "Mine", "audience", "clients", "client_ids", num(two.ID), "starts_at", "2026-03-13T11:00", "ends_at", "2026-04-01T00:00",
			"time_zone", "Europe/Berlin", "periodicity", "weekly", "version", "2")...)
		a.want(t, 409)
		a.wantDiffering(t, "audience")
	})
	t.Run("shows the next runs of what is chosen", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "name", "Theirs", "time_zone", "Asia/Tokyo", "version", "1")...)
		fields := append(mailingFields(m.MessageID, "name", "Mine", "time_zone", "Europe/Berlin", "id", num(m.ID)), "time_zone.take", "mine")
		v.get("/mailings/next-runs?"+encoded(fields)).want(t, 200, "Times are in Europe/Berlin.")
		fields[len(fields)-1] = "theirs"
		v.get("/mailings/next-runs?"+encoded(fields)).want(t, 200, "Times are in Asia/Tokyo.")
		bob, _ := v.signedIn("bob@example.com")
		bob.get("/mailings/next-runs?"+encoded(fields)).want(t, 404)
	})
	t.Run("survives a search for clients without a script", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		to := path("mailings", m.ID)
		v.submit(to, mailingFields(m.MessageID, "name", "Theirs", "version", "1")...)
		fields := append(mailingFields(m.MessageID, "name", "Mine", "version", "2"), "name.take", "theirs", "find", "one")
		a := v.get(to + "/edit?" + encoded(fields))
		a.want(t, 200, `value="Mine"`, "Theirs", takenTheirs("name"))
		a.wantDiffering(t, "name")
	})
}

func TestEditsAfterDeletion(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		for _, e := range edits(v) {
			feature := e.thing[:strings.LastIndex(e.thing, "/")]
			if feature == "/messages" {
				continue // the mailing that kept the message has been deleted
			}
			v.submit(e.thing + "/delete")
			a := v.submit(e.thing, append(e.second, "version", "1")...)
			a.want(t, 404, "This no longer exists.", `action="`+feature+`"`, `value="Second edit"`)
			v.wantWhole(t, a)
			v.submit(e.thing, append(e.second, "version", "1", "part", "row")...).want(t, 404)
		}
		m := v.message("Subject", "Body")
		v.submit(path("messages", m.ID) + "/delete")
		v.submit(path("messages", m.ID), "subject", "Second edit", "body", "Typed", "version", "1").want(t, 404, `action="/messages"`, "\nTyped</textarea>")
	})
	t.Run("say the same of another team's things", func(t *testing.T) {
		v := ann(t)
		bob := v.newUser("bob@example.com")
		cl := storetest.Client(t, v.store, bob.TeamID, "foreign@example.com")
		a := v.submit(path("clients", cl.ID), "email", "mine@example.com", "email.take", "theirs", "version", "1")
		b := v.submit("/clients/999", "email", "mine@example.com", "email.take", "theirs", "version", "1")
		a.want(t, 404, `value="mine@example.com"`)
		if strings.ReplaceAll(a.body, path("clients", cl.ID), "/clients/999") != b.body {
			t.Error("one is told from the other")
		}
	})
}

// edit is two edits of one thing.
type edit struct {
	thing         string
	first, second []string
}

// edits has one thing per feature. The message comes last: its subject appears on the mailing's page.
func edits(v visit) []edit {
	cl, m := v.client("own@example.com"), v.mailing("2026-03-11T09:00", "")
	return []edit{
		{path("clients", cl.ID), []string{"email", cl.Email, "full_name", "First edit"}, []string{"email", cl.Email, "full_name", "Second edit"}},
		{path("mailings", m.ID), mailingFields(m.MessageID, "name", "First edit"), mailingFields(m.MessageID, "name", "Second edit")},
		{path("messages", m.MessageID), []string{"subject", "First edit", "body", "Text"}, []string{"subject", "Second edit", "body", "Text"}},
	}
}

func TestTwoEditsAtOnce(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		for _, edit := range edits(v) {
			done := map[bool]int{false: 303, true: 200}[v.htmx]
			v.submit(edit.thing, append(edit.first, "version", "1")...).want(t, done)
			for _, part := range []string{"", "row"} {
				a := v.submit(edit.thing, append(edit.second, "version", "1", "part", part)...)
				a.want(t, 409, "Someone else saved a newer version while you were editing.", "First edit", `value="Second edit"`,
					`name="version" value="2"`, `action="`+edit.thing+`"`)
				v.wantWhole(t, a)
				if row := strings.HasPrefix(a.body, "<tr"); row != (v.htmx && part == "row") {
					t.Errorf("part %q: a row: %v", part, row)
				}
			}
			v.get(edit.thing).wantLack(t, "Second edit")
			v.submit(edit.thing, append(edit.second, "version", "2")...).want(t, done)
			v.get(edit.thing).want(t, 200, "Second edit")
			v.get(edit.thing).wantLack(t, "First edit")
		}
	})
}

func TestEditsWithoutAVersion(t *testing.T) {
	v := ann(t)
	for _, edit := range edits(v) {
		for _, version := range []string{"", "x", "-1", "2", "9223372036854775808"} {
			v.submit(edit.thing, append(edit.first, "version", version)...).want(t, 409, `name="version" value="1"`)
		}
		v.get(edit.thing).wantLack(t, "First edit")
	}
}

func TestFormsTooLarge(t *testing.T) {
	t.Parallel()
	asBoth(t, func(t *testing.T, v visit) {
		for _, edit := range edits(v) {
			for _, to := range []string{edit.thing, edit.thing[:strings.LastIndex(edit.thing, "/")]} {
				for _, chunked := range []bool{false, true} {
					form := append(edit.first, "version", "1", "comment", strings.Repeat("x", 2<<20))
					a := v.submitChunks(to, chunked, form...)
					a.want(t, 413, "larger than 1 MB")
					if v.htmx && a.Header().Get("HX-Retarget") != "find .summary" {
						t.Errorf("goes to %q", a.Header().Get("HX-Retarget"))
					}
				}
			}
			v.get(edit.thing).wantLack(t, "First edit")
		}
		if n, all := v.mailings(v.user.TeamID), v.clients(v.user.TeamID); n != 1 || len(all) != 1 {
			t.Errorf("%d mailings, clients %q", n, all)
		}
		if v.woken.Load() != 0 {
			t.Error("the sender was woken")
		}
	})
}

// submitChunks is submit with or without a known length.
func (v visit) submitChunks(path string, chunked bool, form ...string) answer {
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if chunked {
		r.ContentLength = -1
	}
	return v.do(r)
}
