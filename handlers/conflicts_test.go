package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// edit is two edits of one thing.
type edit struct {
	thing         string
	first, second []string
}

// edits are those of one thing of each feature. The message is the last: its subject shows on the mailing's page.
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
			v.post(edit.thing, append(edit.first, "version", "1")...).want(t, done)
			for _, part := range []string{"", "row"} {
				a := v.post(edit.thing, append(edit.second, "version", "1", "part", part)...)
				a.want(t, 409, "Somebody else has saved a newer version meanwhile.", "First edit", `value="Second edit"`,
					`name="version" value="2"`, `action="`+edit.thing+`"`)
				v.wantWhole(t, a)
				if row := strings.HasPrefix(a.body, "<tr"); row != (v.htmx && part == "row") {
					t.Errorf("part %q: a row: %v", part, row)
				}
			}
			v.get(edit.thing).wantLack(t, "Second edit")
			v.post(edit.thing, append(edit.second, "version", "2")...).want(t, done)
			v.get(edit.thing).want(t, 200, "Second edit")
			v.get(edit.thing).wantLack(t, "First edit")
		}
	})
}

func TestEditsWithoutAVersion(t *testing.T) {
	v := ann(t)
	for _, edit := range edits(v) {
		for _, version := range []string{"", "x", "-1", "2", "9223372036854775808"} {
			v.post(edit.thing, append(edit.first, "version", version)...).want(t, 409, `name="version" value="1"`)
		}
		v.get(edit.thing).wantLack(t, "First edit")
	}
}

func TestFormsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	asBoth(t, func(t *testing.T, v visit) {
		for _, edit := range edits(v) {
			for _, to := range []string{edit.thing, edit.thing[:strings.LastIndex(edit.thing, "/")]} {
				for _, chunked := range []bool{false, true} {
					form := append(edit.first, "version", "1", "comment", strings.Repeat("x", 2<<20))
					a := v.postChunks(to, chunked, form...)
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

// postChunks is post, with or without a length that is known before.
func (v visit) postChunks(path string, chunked bool, form ...string) answer {
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
