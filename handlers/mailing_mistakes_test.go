package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// badMailings change one or two fields of a mailing that would do: the field that is wrong then, and the words about it.
var badMailings = map[string]struct {
	change []string
	field  string
	why    string
}{
	"no name":                               {[]string{"name", " "}, "name", "A mailing needs a name"},
	"no message":                            {[]string{"message_id", ""}, "message_id", "Choose the message to send."},
	"a message that is no number":           {[]string{"message_id", "x"}, "message_id", "Choose the message to send."},
	"a message beyond all numbers":          {[]string{"message_id", "9223372036854775808"}, "message_id", "Choose one of your messages."},
	"an audience that there is not":         {[]string{"audience", "world"}, "audience", "Choose who receives the mailing."},
	"picked clients with none picked":       {[]string{"audience", "clients"}, "client_ids", "Pick at least one client"},
	"a picked client that is no number":     {[]string{"audience", "clients", "client_ids", "x"}, "client_ids", "Pick again."},
	"a picked client that is not there":     {[]string{"audience", "clients", "client_ids", "99"}, "client_ids", "Pick again."},
	"a window that ends before it starts":   {[]string{"ends_at", "2026-03-11T08:59"}, "ends_at", "after"},
	"a window that ends as it starts":       {[]string{"ends_at", "2026-03-11T09:00"}, "ends_at", "after"},
	"a window that is over":                 {[]string{"starts_at", "2026-03-01T09:00", "ends_at", "2026-03-02T09:00"}, "ends_at", "The window is over already"},
	"a time zone that does not exist":       {[]string{"time_zone", "Mars/Olympus"}, "time_zone", "Mars/Olympus"},
	"a time zone that is a path":            {[]string{"time_zone", "../../etc/passwd"}, "time_zone", "../../etc/passwd"},
	"a day that does not exist":             {[]string{"starts_at", "2026-02-30T09:00"}, "starts_at", ""},
	"no start":                              {[]string{"starts_at", ""}, "starts_at", ""},
	"an end that is no time":                {[]string{"ends_at", "tomorrow"}, "ends_at", ""},
	"a periodicity that there is not":       {[]string{"periodicity", "hourly"}, "periodicity", ""},
	"a name longer than a name may be":      {[]string{"name", strings.Repeat("я", 201)}, "name", "At most 200 characters."},
	"a name that is a script":               {[]string{"name", "<script>alert(1)</script>\n"}, "name", "&lt;script&gt;"},
	"a time zone that is a piece of a page": {[]string{"time_zone", `"><script>alert(1)</script>`}, "time_zone", "&lt;script&gt;"},
}

func TestMailingMistakes(t *testing.T) {
	t.Parallel()
	asBoth(t, func(t *testing.T, v visit) {
		cl, msg := v.client("own@example.com"), v.message("Hello", "Text")
		for name, c := range badMailings {
			t.Run(name+" is refused beside its field, and the rest is kept", func(t *testing.T) {
				a := v.post("/mailings", mailingFields(msg.ID, append([]string{"find", "own", "id", "77"}, c.change...)...)...)
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
		a := ann(t).post("/mailings")
		for _, field := range []string{"name", "message_id", "audience", "starts_at", "time_zone", "periodicity"} {
			a.want(t, 422, `id="mailing-new-`+field+`-mistake"`)
		}
	})
	t.Run("an audience of nobody is refused", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.post("/mailings", mailingFields(v.message("Hello", "Text").ID)...)
			a.want(t, 422, `id="mailing-new-audience-mistake"`, "There is nobody to send to. Add a client first.")
		})
	})
	t.Run("the controls that are wrong say so", func(t *testing.T) {
		v := ann(t)
		for _, field := range []string{"name", "message_id", "audience", "client_ids", "starts_at", "ends_at", "time_zone", "periodicity"} {
			change := []string{field, "?"}
			if field == "client_ids" {
				change = []string{"audience", "clients", "client_ids", "?"}
			}
			if field == "name" {
				change = []string{"name", ""}
			}
			a := v.post("/mailings", mailingFields(1, change...)...)
			a.want(t, 422, `aria-invalid="true"`, `aria-describedby="mailing-new-`+field+`-mistake`)
		}
	})
}

func TestMailingOfAnotherTeam(t *testing.T) {
	t.Run("their message and clients are refused in the words for those that do not exist, and nothing is written", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			own := v.client("own@example.com")
			mine := v.mailing("2026-03-11T09:00", "")
			bob := v.newUser("bob@example.com")
			theirs := storetest.Client(t, v.store, bob.TeamID, "foreign@example.com")
			msg := storetest.Message(t, v.store, bob.TeamID, "Foreign subject", "Foreign text")
			for _, to := range []string{"/mailings", path("mailings", mine.ID)} {
				a := v.post(to, mailingFields(msg.ID, "version", "1")...)
				a.want(t, 422, "-message_id-mistake", "Choose one of your messages.")
				a.wantLack(t, "Foreign")
				a = v.post(to, mailingFields(mine.MessageID, "version", "1", "audience", "clients",
					"client_ids", num(own.ID), "client_ids", num(theirs.ID))...)
				a.want(t, 422, "-client_ids-mistake", "Some of the picked clients do not exist any more. Pick again.")
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
		v.post(path("clients", cl.ID), append([]string{"email", "new@example.com"}, extra...)...).want(t, 303)
		v.post("/clients", append([]string{"email", "more@example.com"}, extra...)...).want(t, 303)
		v.post("/messages", append([]string{"subject", "Hello", "body", "Text"}, extra...)...).want(t, 303)
		v.post("/mailings", mailingFields(1, extra...)...).wantTo(t, "/mailings/1")
		v.post("/mailings/1", mailingFields(1, extra...)...).wantTo(t, "/mailings/1")
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
