package handlers_test

import (
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestMessageList(t *testing.T) {
	t.Run("shows the team's own messages and nobody else's", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			m := v.message("Own subject", "Own text\nSecond line")
			storetest.Message(t, v.store, v.newUser("bob@example.com").TeamID, "Foreign", "Foreign text")
			a := v.get("/messages")
			a.want(t, 200, "<h1>Messages</h1>", "Own subject", "Own text…", `id="message-`+num(m.ID)+`"`, "1 message")
			a.wantLack(t, "Foreign", "Second line")
			v.wantWhole(t, a)
		})
	})
	t.Run("searches subject and text, and gives htmx only the list", func(t *testing.T) {
		v := ann(t)
		v.message("Весна", "about flowers")
		v.message("Summer", "about the sea")
		v.get("/messages?q=%D0%92%D0%95%D0%A1").want(t, 200, "Весна")
		v.byHtmx(func() {
			a := v.get("/messages?part=list&q=SEA")
			a.want(t, 200, `<div id="messages">`, "Summer")
			a.wantLack(t, "Весна", "<html", "<h1")
			v.get("/messages?part=list&q=zzz").want(t, 200, "No results")
		})
	})
	t.Run("says what belongs there while it is empty", func(t *testing.T) {
		ann(t).get("/messages").want(t, 200, "No messages yet", "Write your first message")
	})
}

func TestMessageCreate(t *testing.T) {
	t.Run("keeps what was typed and leads to the list", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			a := v.get("/messages/new")
			a.want(t, 200, "<h1>New message</h1>", `action="/messages"`, `formaction="/messages/preview"`, "<iframe", "sandbox")
			v.wantWhole(t, a)
			v.wantGone(t, v.submit("/messages", "subject", "Hello, {{name|friend}}", "body", "One\r\n\r\nTwo"), "/messages")
			m, err := v.store.Message(t.Context(), domain.CommandLineActor(), domain.View, 1)
			if err != nil || m.Body != "One\n\nTwo" || m.TeamID != v.user.TeamID {
				t.Errorf("kept %+v, %v", m, err)
			}
			v.get("/messages/1").want(t, 200, "Hello, {{name|friend}}", `src="/messages/1/preview"`, "/mailings/new?message_id=1")
		})
	})
}

// badMessages are messages that are refused, with the field and the message about each.
var badMessages = map[string]struct{ subject, body, field, why string }{
	"no subject":                      {"", "Text", "subject", "Enter a subject."},
	"no text":                         {"Subject", " \n", "body", "Enter some text."},
	"an unknown field in the text":    {"Subject", "Dear {{nmae}}", "body", "There&#39;s no field {{nmae}}."},
	"an unknown field in the subject": {"To {{Name}}", "Text", "subject", "There&#39;s no field {{Name}}."},
	"an unclosed field":               {"Subject", "Dear {{name", "body", "A field isn&#39;t closed: “{{name”."},
	"a subject of two lines":          {"Subject\r\nBcc: x@example.com", "Text", "subject", ""},
	"a text of control characters":    {"Subject", "Text\x00", "body", "This isn&#39;t valid text."},
	"a script as the name of a field": {"Subject", "{{<script>alert(1)}}", "body", "{{&lt;script&gt;alert(1)}}"},
	"a text over the limit":           {"Subject", strings.Repeat("я", 100001), "body", "at most 200,000 bytes"},
	"a subject over the limit":        {strings.Repeat("я", 201), "Text", "subject", "Use at most 200 characters."},
}

func TestMessageMistakes(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		for name, c := range badMessages {
			t.Run(name+" is refused beside its field, and the rest is kept", func(t *testing.T) {
				a := v.submit("/messages", "subject", c.subject, "body", c.body)
				a.wantMistake(t, "message-new", c.field, c.why)
				a.wantLack(t, "<script>alert")
				v.wantWhole(t, a)
				if c.field == "body" {
					a.want(t, 422, `value="Subject"`)
				} else {
					a.want(t, 422, "\nText</textarea>")
				}
				if _, err := v.store.Message(t.Context(), domain.CommandLineActor(), domain.View, 1); err == nil {
					t.Error("a message was kept")
				}
			})
		}
	})
}

func TestMessageEdit(t *testing.T) {
	t.Run("saves, and leads to the list", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			m := v.message("Old subject", "Old text")
			v.get(path("messages", m.ID)+"/edit").want(t, 200, "<h1>Edit message</h1>", `value="Old subject"`, "\nOld text</textarea>")
			v.wantGone(t, v.submit(path("messages", m.ID), "subject", "New subject", "body", "New text", "version", "1"), "/messages")
			v.get("/messages").want(t, 200, "New subject", "New text")
		})
	})
	t.Run("in the row gives htmx the form, its mistakes, and the row with a toast", func(t *testing.T) {
		v := ann(t)
		m := v.message("Old subject", "Old text")
		v.htmx = true
		v.get(path("messages", m.ID)+"/edit?part=row").wantRow(t, `name="part" value="row"`, "Old text", "Edit with preview")
		v.get(path("messages", m.ID)+"?part=row").wantRow(t, "Old subject")
		a := v.submit(path("messages", m.ID), "subject", "New", "body", "{{nobody}}", "version", "1", "part", "row")
		a.wantMistake(t, "message-"+num(m.ID), "body", "There&#39;s no field {{nobody}}.")
		a.wantLack(t, "<iframe", "<main")
		a = v.submit(path("messages", m.ID), "subject", "New", "body", "New text", "version", "1", "part", "row")
		a.wantRow(t, "New text", `hx-target="#toasts"`, "Saved.")
	})
}

func TestMessageDelete(t *testing.T) {
	t.Run("deletes the message", func(t *testing.T) {
		v := ann(t)
		one, two := v.message("One", "Text"), v.message("Two", "Text")
		v.submit(path("messages", one.ID)+"/delete").wantTo(t, "/messages")
		v.get("/messages").want(t, 200, "Deleted “One”.")
		v.byHtmx(func() {
			a := v.submit(path("messages", two.ID) + "/delete")
			a.want(t, 200, `hx-target="#toasts"`, "Deleted “Two”.")
			a.wantLack(t, "<tr", "<html")
		})
		v.get(path("messages", two.ID)).want(t, 404)
	})
	t.Run("is refused while a mailing needs it, and names the mailing", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("own@example.com")
			m := v.mailing("2026-03-11T09:00", "")
			a := v.submit(path("messages", m.MessageID) + "/delete")
			a.want(t, 409, "The mailing “Mailing 2026-03-11T09:00” uses this message.")
			if v.htmx != (a.Header().Get("HX-Retarget") == "#toasts") {
				t.Errorf("goes to %q", a.Header().Get("HX-Retarget"))
			}
			v.get(path("messages", m.MessageID)).want(t, 200)
		})
	})
}

func TestMessagePreview(t *testing.T) {
	const inert = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
	preview := func(v visit, subject, body, as string) answer {
		return v.submit("/messages/preview", "subject", subject, "body", body, "as", as)
	}
	t.Run("shows the letter as its reader would get it, in a frame that can do nothing", func(t *testing.T) {
		v := ann(t)
		m := v.message("Hello", "Dear **{{name}}** at {{email}}")
		for _, a := range []answer{v.get(path("messages", m.ID) + "/preview"), preview(v, m.Subject, m.Body, "phone")} {
			a.want(t, 200, "<strong>User ann@example.com</strong>")
			if got := a.Header().Values("Content-Security-Policy"); len(got) != 1 || got[0] != inert {
				t.Errorf("policy %q", got)
			}
		}
	})
	t.Run("escapes the fields, and drops what is no text from the body", func(t *testing.T) {
		v := named(t, `<script>alert(1)</script>`)
		a := preview(v, "Hello", "Dear {{name}} <script>alert(2)</script> [x](javascript:alert(3)) <img src=x onerror=alert(4)>", "")
		a.want(t, 200, "&lt;script&gt;alert(1)")
		a.wantLack(t, "<script", "javascript:", "<img")
	})
	t.Run("shows the plain text as plain text", func(t *testing.T) {
		a := preview(named(t, "<b>Ann</b>"), "Hello", "Dear {{name}}", "text")
		a.want(t, 200, "Dear <b>Ann</b>")
		if got := a.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
			t.Errorf("type %q", got)
		}
		if got := a.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "sandbox;") {
			t.Errorf("policy %q", got)
		}
	})
	t.Run("says what is wrong with a message", func(t *testing.T) {
		a := preview(ann(t), "To {{name", "Dear {{<b>}}", "html")
		a.want(t, 200, "There's no field {{<b>}}. You can use {{name}}, {{first_name}}, {{email}}.\nA field isn't closed")
		if got := a.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
			t.Errorf("type %q", got)
		}
	})
}

func TestGmailClippingWarning(t *testing.T) {
	long := strings.Repeat("A sentence of a very long message. ", 3100)
	const warning = "Gmail clips emails larger than 102 KB, and this one is 108 KB."
	t.Run("is shown after saving and in the preview", func(t *testing.T) {
		v := ann(t)
		m := v.message("News", "Short")
		to := path("messages", m.ID)
		saved := func(body string) answer {
			m, err := v.store.Message(t.Context(), domain.CommandLineActor(), domain.View, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			v.submit(to, "subject", "News", "body", body, "version", num(m.Version)).want(t, 303)
			return v.get("/messages")
		}
		saved(long).want(t, 200, "Saved the message “News”. "+warning)
		v.get(to+"/preview").want(t, 200, warning, "A sentence of")
		v.submit("/messages/preview", "subject", "News", "body", long).want(t, 200, warning)
		v.submit("/messages/preview", "subject", "News", "body", long, "as", "text").wantLack(t, warning)
		saved("Short again").wantLack(t, "Gmail")
		v.get(to+"/preview").wantLack(t, "Gmail")
		v.submit("/messages", "subject", "News", "body", long)
		v.get("/messages").want(t, 200, warning)
	})
	t.Run("is shown in a row", func(t *testing.T) {
		v := ann(t)
		v.htmx = true
		m := v.message("News", "Short")
		v.submit(path("messages", m.ID), "subject", "News", "body", long, "version", "1", "part", "row").want(t, 200, "Saved. "+warning)
	})
	t.Run("is shown in Russian", func(t *testing.T) {
		v := ann(t)
		v.submit("/profile", "name", "Ann", "language", "ru", "time_zone", "UTC")
		v.submit("/messages/preview", "subject", "News", "body", long).want(t, 200, "Gmail обрезает письма больше 102 КБ, а в этом 108 КБ.")
	})
}
