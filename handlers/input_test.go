package handlers_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Input: bodies must be forms of at most 1 MB, also when chunked.
func TestSecurityForms(t *testing.T) {
	t.Parallel()
	st := open(t)
	multi := func(size int) (kind, body string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField("lang", "en")
		_ = w.WriteField("next", strings.Repeat("a", size))
		_ = w.Close()
		return w.FormDataContentType(), b.String()
	}
	for _, size := range []int{1000, 1<<20 - 400, 1<<20 + 1, 30 << 20} {
		multiKind, multiBody := multi(size)
		for kind, body := range map[string]string{urlencoded: "lang=en&next=" + strings.Repeat("a", size), multiKind: multiBody} {
			for _, chunked := range []bool{false, true} {
				want := 303
				if len(body) > 1<<20 {
					want = 413
				}
				t.Run(fmt.Sprintf("of %d bytes, as %.20s, in chunks: %v", len(body), kind, chunked), func(t *testing.T) {
					var from io.Reader = strings.NewReader(body)
					if chunked {
						from = io.MultiReader(from) // hides the length
					}
					r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/language", from)
					r.Header.Set("Content-Type", kind)
					st.browser().do(r).want(t, want)
				})
			}
		}
	}
	t.Run("leave the form on the page as it is when they are too large for htmx", func(t *testing.T) {
		b := st.browser()
		b.htmx = true
		a := b.submit("/login", "email", strings.Repeat("a", 1<<20))
		a.want(t, 413, "larger than 1 MB")
		if a.Header().Get("HX-Retarget") != "find .summary" || strings.Contains(a.body, "<html") {
			t.Errorf("it goes to %q: %s", a.Header().Get("HX-Retarget"), a.body)
		}
	})
	for _, c := range []struct {
		kind, body string
		want       int
	}{
		{"application/json", `{"email":"a"}`, 415}, {"text/plain", "lang=en", 415}, {"application/xml", "<a/>", 415}, {"image/png", "x", 415},
		{"nonsense", "lang=en", 415}, {";;", "lang=en", 400}, {"", "lang=en", 422}, {urlencoded, "lang=%zz", 400}, {urlencoded, "a;b", 400},
		{"multipart/form-data", "x", 400}, {"multipart/form-data; boundary=x", "--x\r\nnonsense", 400}, {"multipart/mixed; boundary=x", "--x--", 415},
		{"multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", 5000) + "--x--", 422},
		{urlencoded, strings.Repeat("a&", 400_000), 413},
	} {
		t.Run(fmt.Sprintf("that are %.30s with %.20s are %d", c.kind, c.body, c.want), func(t *testing.T) {
			a := st.browser().send(http.MethodPost, "/language", c.kind, c.body)
			if a.Code != c.want && !(c.want == 422 && a.Code == 400) {
				t.Errorf("%d, want %d", a.Code, c.want)
			}
		})
	}
	t.Run("with other methods are not read at all", func(t *testing.T) {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			body := &counted{}
			st.browser().do(httptest.NewRequest(method, "http://"+publicHost+"/login", body))
			if body.read > 0 {
				t.Errorf("%s: %d bytes were read", method, body.read)
			}
		}
	})
	t.Run("that never end are read up to 1 MB, and then discarded for a while", func(t *testing.T) {
		body := &counted{}
		r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/login", body)
		r.Header.Set("Content-Type", urlencoded)
		st.browser().do(r).want(t, 413)
		if body.read > 20<<20 {
			t.Errorf("%d bytes were read", body.read)
		}
	})
}

// counted is an endless body that counts the bytes read.
type counted struct{ read int }

func (c *counted) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	c.read += len(b)
	return len(b), nil
}

// Input: ids out of range are 404.
func TestSecurityIds(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	b := w.as("admin")
	things := w.things(w.users["admin"].TeamID)
	before := w.dump()
	for _, line := range w.lines() {
		if !strings.Contains(line, ":id") {
			continue
		}
		for _, id := range []string{"0", "-1", "999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551617",
			"abc", "007", "+1", "1.0", "1e3", "0x1", " 1", "1 ", "1;1", "١", "٣", "²", "1_0", "1,0", "1'--", "\x00", "1\n", strings.Repeat("9", 400)} {
			method, path := at(line, url.PathEscape(id))
			a := b.get(path)
			if method == http.MethodPost {
				a = b.submit(path, w.fields(things)...)
			}
			if a.Code != http.StatusNotFound {
				t.Errorf("%s with the id %q: %d", line, id, a.Code)
			}
		}
	}
	w.wantSame(t, before, "an id of nothing")
}

// strange are values that are invalid in every field and parameter.
var strange = []string{"", "-1", "9223372036854775807", "9223372036854775808", "' OR 1=1 --", "id; DROP TABLE users", "\x00\xff\xfe", `%\_$1`,
	"2026-02-30T25:61", strings.Repeat("я", 300), "eyJWYWx1ZSI6IngiLCJJRCI6LTF9"}

// Input: sort columns come from a list, and no text becomes SQL: strange values in addresses and forms cause no 5xx and change nothing.
// store/query_test.go shows which queries exist.
func TestSecurityStrangeInput(t *testing.T) {
	t.Parallel()
	names := []string{"q", "status", "group", "sort", "after", "per", "part", "team", "role", "state", "outcome", "action", "actor", "from", "to", "next", "notice",
		"message_id", "client_ids", "id", "starts_at", "ends_at", "time_zone", "periodicity", "audience", "name", "version", "find", "as", "mailing_id", "reason",
		"email", "full_name", "comment", "subject", "body", "password", "lang", "user_id", "max_clients", "max_letters"}
	for _, who := range []string{"own team", "admin"} {
		t.Run("from "+who, func(t *testing.T) {
			w := inhabited(t)
			b := w.as(who)
			users := w.raw.Count("users")
			for _, line := range w.lines() {
				if who == "admin" && accessCells(t)[line]["own team"] != "403" {
					continue // tried as "own team"
				}
				if slices.Contains([]string{"POST /logout", "POST /login", "POST /signup"}, line) {
					continue // hashing passwords would take too long
				}
				for i, value := range strange {
					form := url.Values{}
					for _, name := range names {
						form.Set(name, value)
					}
					b.htmx = i%2 == 0
					method, path := at(line, "1")
					a := b.get(path + "?" + form.Encode())
					if method == http.MethodPost {
						a = b.send(method, path, urlencoded, form.Encode())
					}
					if a.Code >= 500 {
						t.Errorf("%s with %.20q: %d", line, value, a.Code)
					}
				}
			}
			if now := w.raw.Count("users"); now != users {
				t.Errorf("%d users, and %d afterwards", users, now)
			}
		})
	}
	t.Run("a list sorted by an unknown column is in its default order", func(t *testing.T) {
		v := ann(t)
		for i := range 3 {
			v.client(fmt.Sprintf("c%d@example.com", i))
		}
		usual := v.get("/clients?part=list").body
		for _, sort := range []string{"id; DROP TABLE clients", "password_hash", "(SELECT 1)", "email DESC", "1"} {
			a := v.get("/clients?part=list&sort=" + url.QueryEscape(sort))
			for _, email := range []string{"c0@", "c1@", "c2@"} {
				if strings.Index(a.body, email) < strings.Index(a.body, "c2@") != (strings.Index(usual, email) < strings.Index(usual, "c2@")) {
					t.Errorf("sort=%s changes the order", sort)
				}
			}
		}
	})
}
