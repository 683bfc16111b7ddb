package handlers_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// picking is the form of a mailing to n clients, picked one by one, with the largest ids that may be.
func picking(t testing.TB, v visit, n int) []string {
	t.Helper()
	if err := storetest.AddClients(t.Context(), v.file, v.user.TeamID, n, v.site.now); err != nil {
		t.Fatal(err)
	}
	fields := mailingFields(v.message("Subject", "Body").ID, "audience", "clients", "find", "", "version", "", "id", "", "form_key", "key")
	var first int64
	if err := v.database().QueryRowContext(t.Context(), `SELECT min(id) FROM clients`).Scan(&first); err != nil {
		t.Fatal(err)
	}
	for i := range int64(n) {
		fields = append(fields, "client_ids", num(first+i))
	}
	return fields
}

// postParts is post, but as multipart/form-data.
func (b *browser) postParts(t testing.TB, path string, form ...string) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(form); i += 2 {
		if err := w.WriteField(form[i], form[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// TestPickedLimit picks as many clients as the page says that one may, and one more.
func TestPickedLimit(t *testing.T) {
	v := ann(t)
	fields := picking(t, v, domain.MaxPicked+1)
	last := fields[len(fields)-1]
	atLimit := slices.Clip(fields[:len(fields)-2])
	ways := map[string]func(path string, form ...string) answer{"plain": v.post,
		"multipart": func(path string, form ...string) answer { return v.postParts(t, path, form...) }}
	for name, post := range ways {
		t.Run(name+" forms", func(t *testing.T) {
			post("/mailings", append(atLimit, "name", name)...).want(t, 303)
			a := post("/mailings", fields...)
			if a.Code != 422 || !strings.Contains(a.body, "At most 10,000 clients can be picked one by one.") || !strings.Contains(a.body, `value="Spring news"`) ||
				!strings.Contains(a.body, `value="`+last+`" checked`) || strings.Count(a.body, " checked") < domain.MaxPicked {
				t.Errorf("status %d, %d boxes are ticked: %.300s", a.Code, strings.Count(a.body, " checked"), a.body)
			}
		})
	}
	t.Run("htmx", func(t *testing.T) {
		v.byHtmx(func() {
			v.post("/mailings", atLimit...).want(t, 200)
			if a := v.post("/mailings", fields...); a.Code != 422 || !strings.Contains(a.body, "At most 10,000 clients") {
				t.Errorf("status %d: %.300s", a.Code, a.body)
			}
			if a := v.post("/mailings/next-runs", atLimit...); a.Code != 200 || !strings.Contains(a.body, "11 Mar 2026") {
				t.Errorf("the next runs: status %d: %.300s", a.Code, a.body)
			}
			if a := v.post("/mailings/picker", append(atLimit, "find", "nobody")...); a.Code != 200 || strings.Count(a.body, " checked") != domain.MaxPicked {
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

func TestTooManyFields(t *testing.T) {
	var fields []string
	for i := range domain.MaxFields {
		fields = append(fields, fmt.Sprintf("f%d", i), "")
	}
	asBoth(t, func(t *testing.T, v visit) {
		for _, to := range []string{"/clients", "/messages", "/mailings", "/profile", "/login"} {
			form := append([]string{"email", "new@example.com", "subject", "S"}, fields...)
			a := v.post(to, form...)
			a.want(t, 413, "The form has more than 12,000 fields, so nothing was saved.")
			a.wantLack(t, "damaged", "1 MB")
			v.wantWhole(t, a)
			v.postParts(t, to, form...).want(t, 413, "The form has more than 12,000 fields")
		}
		v.post("/clients", append([]string{"email", "new@example.com"}, fields[4:]...)...).want(t, map[bool]int{false: 303, true: 200}[v.htmx])
	})
	t.Run("what is no form is still said to be damaged", func(t *testing.T) {
		v := ann(t)
		for _, body := range []string{"email=%zz", "email=a;b=c", "%", "a=%e"} {
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/clients", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			v.do(r).want(t, 400, "damaged")
		}
	})
}
