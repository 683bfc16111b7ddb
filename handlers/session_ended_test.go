package handlers_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"postrider/domain"
	"postrider/store/storetest"
)

// ended ends the sessions of everybody, as time does.
func (st *site) ended() {
	st.t.Helper()
	st.now = st.now.Add(domain.SessionIdle)
}

// carried are the hidden fields of a page and their values, as a browser sends them.
func (a answer) carried(t *testing.T) (fields []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		at := map[string]string{}
		for _, one := range n.Attr {
			at[one.Key] = one.Val
		}
		if n.Data == "input" && at["type"] == "hidden" && (at["name"] == "kept" || at["name"] == "next" || strings.HasPrefix(at["name"], "kept.")) {
			fields = append(fields, at["name"], at["value"])
		}
	}
	return fields
}

func TestEndedSession(t *testing.T) {
	password := func(fields []string, u domain.User) []string {
		return append(slices.Clone(fields), "email", u.Email, "password", storetest.Password)
	}
	t.Run("loses nothing that was typed into an editor", func(t *testing.T) {
		v := ann(t)
		for _, edit := range edits(v) {
			for _, to := range []string{edit.thing, edit.thing[:strings.LastIndex(edit.thing, "/")]} {
				t.Run(to, func(t *testing.T) {
					v.login(v.user.Email)
					v.ended()
					a := v.submit(to, append(slices.Clone(edit.first), "version", "1", "comment", "<b>\"two\"\nlines</b>")...)
					a.want(t, 401, `action="/login"`, "the form is here again with what you typed")
					wrong := v.submit("/login", append(a.carried(t), "email", v.user.Email, "password", "wrong")...)
					wrong.want(t, 422, `name="kept.version" value="1"`, "Wrong email address or password.")
					again := v.submitParts(t, "/login", password(wrong.carried(t), v.user)...)
					again.want(t, 200, `action="`+to+`"`, "First edit", "isn&#39;t saved yet", v.user.Email)
					if again.Header().Get("Cache-Control") != "no-store" {
						t.Error("it may be kept")
					}
				})
			}
			v.get(edit.thing).wantLack(t, "First edit")
			v.get(edit.thing+"/edit").want(t, 200, `name="version" value="1"`)
		}
	})
	t.Run("loses nothing of an article, beside its picture", func(t *testing.T) {
		v := editorOf(t)
		v.ended()
		a := v.upload("/posts", "photo.jpg", photo(), false, article...)
		a.want(t, 401, `name="kept.title"`)
		v.submit("/login", password(a.carried(t), v.user)...).want(t, 200, `action="/posts"`, article[1], "isn&#39;t saved yet")
		v.wantNoImages(t)
	})
	t.Run("ends where the form stood, when little was typed", func(t *testing.T) {
		v := ann(t)
		v.ended()
		v.header["Referer"] = "http://" + publicHost + "/team?x=1"
		v.submit("/team/name", "name", "Tea").wantTo(t, "/login?next="+url.QueryEscape("/team?x=1"))
		v.header["Referer"] = "http://elsewhere.test/team"
		v.submit("/team/name", "name", "Tea").wantTo(t, "/login?next=%2F")
	})
	t.Run("of another person's things shows nothing but what was typed", func(t *testing.T) {
		v := ann(t)
		cl := v.client("secret@example.com")
		bob := v.newUser("bob@example.com")
		v.ended()
		a := v.submit(path("clients", cl.ID), "email", "typed@example.com", "version", "1")
		again := v.submit("/login", password(a.carried(t), bob)...)
		again.want(t, 404, "typed@example.com", `action="/clients"`)
		again.wantLack(t, "secret@example.com")
	})
	t.Run("of somebody whose role does not write leads on", func(t *testing.T) {
		v := ann(t)
		manager := v.newUser("manager@example.com")
		v.raw.Set("users", "role", string(domain.RoleManager), "id", manager.ID)
		v.ended()
		a := v.submit("/clients", "email", "typed@example.com")
		v.submit("/login", password(a.carried(t), manager)...).wantTo(t, "/")
	})
	t.Run("carries no password, and nothing to an address that is no editor's", func(t *testing.T) {
		v := ann(t)
		v.ended()
		v.submit("/clients", "email", "x@example.com", "password", "secret", "new_password", "secret").wantLack(t, "secret")
		for _, to := range []string{"/clients/x", "/clients/0", "/clients/-1", "/clients/1/delete", "//elsewhere.test", "https://elsewhere.test/", "/profile", "clients2", ""} {
			v.submit("/login", "kept", to, "kept.email", "x@example.com", "email", v.user.Email, "password", storetest.Password, "next", "//e").wantTo(t, "/")
		}
	})
	t.Run("says so when there is too much to carry", func(t *testing.T) {
		v := ann(t)
		v.ended()
		a := v.submit("/messages", "subject", "x", "body", strings.Repeat("x", 1<<20-10<<10))
		a.want(t, 401, "too much to keep here", `target="_blank"`)
		a.wantLack(t, "xxxx")
		a = v.submit("/messages", "subject", "x", "body", strings.Repeat("x", 1<<20-20<<10))
		v.submitParts(t, "/login", password(a.carried(t), v.user)...).want(t, 200, "xxxx")
	})
	t.Run("leaves a page that a script works on as it is", func(t *testing.T) {
		v := ann(t)
		v.client("ann@example.com")
		m := v.mailing("2026-03-10T13:00", "")
		v.ended()
		v.htmx = true
		for _, a := range []answer{v.get(path("mailings", m.ID) + "?part=live"), v.get("/clients?part=list&q=x"), v.submit("/mailings/next-runs", "starts_at", "x"),
			v.submit("/mailings/picker", "find", "x"), v.submit("/clients", "email", "x@example.com", "part", "row")} {
			if !a.signedOut() || strings.Contains(a.body, "<html") {
				t.Errorf("%d %v: %s", a.Code, a.Header(), a.body)
			}
		}
	})
	t.Run("is said in a frame", func(t *testing.T) {
		v := ann(t)
		v.ended()
		v.header["Sec-Fetch-Dest"] = "iframe"
		a := v.submit("/messages/preview", "subject", "x", "body", "y")
		a.want(t, 401, "You've been signed out.")
		if got := a.Header().Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'self'") {
			t.Errorf("no frame shows it: %s", got)
		}
		v.login(v.user.Email)
		v.submit("/messages/preview", "body", strings.Repeat("x", 1<<20)).want(t, 413, "Shorten the text and try again.")
	})
}
