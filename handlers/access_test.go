package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

// accessTable says who may do what: one line per route, one column per kind of visitor, in the order of the variable people. A cell is a
// status, or
//
//	login   303 to the sign-in page, for htmx 401 with HX-Redirect
//	done    303 to a page, for htmx 200
//	a/b     a for a thing of the visitor's own team, b for one of another team
//
// To add a route, add its line. "other team" is only asked about another team's things.
const accessTable = `
GET  /                           200   200   200     200     200     200     200     200
GET  /healthz                    200   200   200     200     200     200     200     200
GET  /readyz                     200   200   200     200     200     200     200     200
GET  /blog                       200   200   200     200     200     200     200     200
GET  /blog/feed.xml              200   200   200     200     200     200     200     200
GET  /blog/:slug                 200   200   200     200     200     200     200     200
GET  /sitemap.xml                200   200   200     200     200     200     200     200
GET  /robots.txt                 200   200   200     200     200     200     200     200
GET  /images/:name               404   404   404     404     404     404     404     404
GET  /setup/:token               404   404   404     404     404     404     404     404
POST /setup/:token               404   404   404     404     404     404     404     404
GET  /signup                     200   200   200     200     200     200     200     200
POST /signup                     422   422   422     422     422     422     422     422
GET  /verify/:token              404   404   404     404     404     404     404     404
POST /verify/:token              404   404   404     404     404     404     404     404
POST /verify/resend              done  done  done    done    done    done    done    done
GET  /forgot                     200   200   200     200     200     200     200     200
POST /forgot                     done  done  done    done    done    done    done    done
GET  /reset/:token               404   404   404     404     404     404     404     404
POST /reset/:token               404   404   404     404     404     404     404     404
GET  /email/:token               404   404   404     404     404     404     404     404
POST /email/:token               404   404   404     404     404     404     404     404
GET  /login                      200   200   done    done    done    done    done    200
POST /login                      422   422   422     422     422     422     422     422
POST /logout                     login login done    done    done    done    done    login
POST /language                   done  done  done    done    done    done    done    done

GET  /profile                    login login 200     200     200     200     200     login
POST /profile                    login login done    done    done    done    done    login
POST /profile/password           login login 422     422     422     422     422     login
POST /profile/sessions           login login 404     404     404     404     404     login
POST /profile/email              login login 422     422     422     422     422     login
GET  /profile/delete             login login 200     200     200     200     200     login
POST /profile/delete             login login 422     422     422     422     422     login

GET  /team                       login login 200     200     403     200     200     login
POST /team/name                  login login done    done    403     done    done    login
POST /team/invite                login login 200     200     403     200     200     login
POST /team/invitations/:id/renew login login 200     404     403     200/404 200/404 login
POST /team/invitations/:id/withdraw login login done 404     403     done/404 done/404 login
GET  /team/members/:id/remove    login login 200     404     403     403/404 200/404 login
POST /team/members/:id/remove    login login done    404     403     403/404  done/404 login
GET  /team/members/:id/owner     login login 200     404     403     403/404  200/404  login
POST /team/members/:id/owner     login login 422     404     403     403/404  422/404  login
GET  /team/leave                 login login 200     200     403     200     200     login
POST /team/leave                 login login 409     409     403     done    409     login
GET  /invite/:token              404   404   404     404     404     404     404     404
POST /invite/:token              404   404   404     404     404     404     404     404

GET  /clients                    login login 200     200     403     200     200     login
POST /clients                    login login done    done    403     done    done    login
GET  /clients/new                login login 200     200     403     200     200     login
GET  /clients/:id                login login 200     404     403     200/404 200/404 login
POST /clients/:id                login login done    404     403     done/404 done/404 login
GET  /clients/:id/edit           login login 200     404     403     200/404 200/404 login
POST /clients/:id/delete         login login done    404     403     done/404 done/404 login
POST /clients/:id/deliverable    login login done    404     403     done/404 done/404 login

GET  /messages                   login login 200     200     403     200     200     login
POST /messages                   login login done    done    403     done    done    login
GET  /messages/new               login login 200     200     403     200     200     login
POST /messages/preview           login login 200     200     403     200     200     login
GET  /messages/:id               login login 200     404     403     200/404 200/404 login
POST /messages/:id               login login done    404     403     done/404 done/404 login
GET  /messages/:id/edit          login login 200     404     403     200/404 200/404 login
GET  /messages/:id/preview       login login 200     404     403     200/404 200/404 login
POST /messages/:id/delete        login login done    404     403     done/404 done/404 login

GET  /mailings                   login login 200     200     200     200     200     login
POST /mailings                   login login done    422     403     done/422 done/422 login
GET  /mailings/new               login login 200     200     403     200     200     login
GET  /mailings/next-runs         login login 200     200     403     200     200     login
GET  /mailings/picker            login login 200     200     403     200     200     login
POST /mailings/next-runs         login login 200     200     403     200     200     login
POST /mailings/picker            login login 200     200     403     200     200     login
GET  /mailings/:id               login login 200     404     200     200/404 200/200 login
POST /mailings/:id               login login done    404     403     done/404 done/403 login
GET  /mailings/:id/edit          login login 200     404     403     200/404 200/403 login
GET  /mailings/:id/log           login login 200     404     200     200/404 200/200 login
POST /mailings/:id/delete        login login done    404     403     done/404 done/403 login
POST /mailings/:id/send          login login done    404     403     done/404 done/403 login
POST /mailings/:id/pause         login login done    404     403     done/404 done/403 login
POST /mailings/:id/resume        login login done    404     403     done/404 done/403 login
POST /mailings/:id/retry         login login 409     404     403     409/404 409/403 login
POST /mailings/:id/disable       login login 403     403     done    403     done/done login
POST /mailings/:id/enable        login login 403     403     409     403     409/409 login

GET  /posts                      login login 403     403     403     200     200     login
POST /posts                      login login 403     403     403     done    done    login
GET  /posts/new                  login login 403     403     403     200     200     login
GET  /posts/slug                 login login 403     403     403     200     200     login
POST /posts/preview              login login 403     403     403     200     200     login
GET  /posts/:id                  login login 403     403     403     done    done    login
POST /posts/:id                  login login 403     403     403     done    done    login
GET  /posts/:id/edit             login login 403     403     403     200     200     login
POST /posts/:id/delete           login login 403     403     403     done    done    login

GET  /users                      login login 403     403     200     403     200     login
GET  /users/:id                  login login 403     403     200     403     200     login
POST /users/:id/block            login login 403     403     done    403     done    login
POST /users/:id/unblock          login login 403     403     409     403     409     login
POST /users/:id/role             login login 403     403     403     403     done    login
POST /users/:id/owner            login login 403     403     403     403     409     login
POST /users/:id/remove           login login 403     403     403     403     409     login
POST /teams/:id/quota            login login 403     403     403     403     done    login
GET  /audit                      login login 403     403     403     403     200     login
GET  /limits                     login login 403     403     403     403     200     login

GET  /mailbox                    200   200   200     200     200     200     200     200
GET  /mailbox/:id                200   200   200     200     200     200     200     200
GET  /mailbox/:id/html           200   200   200     200     200     200     200     200
GET  /mailbox/:id/source         200   200   200     200     200     200     200     200
`

// accessCells reads the table: for each line, such as "GET /clients/:id", the cells by column.
func accessCells(t testing.TB) map[string]map[string]string {
	t.Helper()
	table := map[string]map[string]string{}
	for _, text := range strings.Split(accessTable, "\n") {
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2+len(people) {
			t.Fatalf("a line needs %d cells: %s", len(people), text)
		}
		line := words[0] + " " + words[1]
		if table[line] != nil {
			t.Errorf("%s stands twice in the table", line)
		}
		table[line] = map[string]string{}
		for i, who := range people {
			table[line][who] = words[2+i]
		}
	}
	return table
}

// wantCell fails unless the answer, a page or a fragment, is what a cell says.
func (a answer) wantCell(t testing.TB, cell string, htmx bool, what string) {
	t.Helper()
	to := a.Header().Get("Location") + a.Header().Get("HX-Redirect")
	atLogin := strings.HasPrefix(to, "/login?next=")
	ok := false
	switch {
	case cell == "login" && htmx:
		ok = a.Code == http.StatusUnauthorized && atLogin && a.body == ""
	case cell == "login":
		ok = a.Code == http.StatusSeeOther && atLogin
	case cell == "done" && htmx:
		ok = a.Code == http.StatusOK && !atLogin
	case cell == "done":
		ok = a.Code == http.StatusSeeOther && !atLogin
	default:
		ok = strconv.Itoa(a.Code) == cell
	}
	if !ok {
		t.Errorf("%s: %d to %q, want %s", what, a.Code, to, cell)
	}
}

// sameForAll are the lines whose answer is the same for everyone, so that caches may keep it.
var sameForAll = map[string]bool{"GET /blog/feed.xml": true, "GET /sitemap.xml": true, "GET /robots.txt": true, "GET /images/:name": true}

// Every route, for every kind of visitor, as a page and as a fragment. Each answer has the security headers, and caches may not keep
// private answers.
func TestAccess(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	table := accessCells(t)
	for line := range table {
		if w.server.RouteLines()[line] == "" {
			t.Errorf("there is no route %s any more", line)
		}
	}
	foreign := map[string]string{"own team": "other team", "editor": "other team", "manager": "own team", "admin": "own team"}
	in := map[string]bool{"own team": true, "other team": true, "manager": true, "editor": true, "admin": true}
	for _, line := range w.lines() {
		t.Run(line, func(t *testing.T) {
			if table[line] == nil {
				t.Fatal("the table does not know it: who may do that?")
			}
			w.raw.Delete("throttles")   // all requests come from one address
			w.raw.Delete("sessions")    // of the previous lines
			var things map[string]int64 // of of's team, until an action changes them
			of := int64(0)
			for _, who := range people {
				own, others, two := strings.Cut(table[line][who], "/")
				team := w.users["own team"].TeamID
				if two {
					team = w.users[who].TeamID
				}
				for _, htmx := range []bool{false, true} {
					ask := func(team int64, cell string) {
						if things == nil || of != team {
							things, of = w.thing(line, team), team
						}
						b := w.as(who)
						b.htmx = htmx
						name := who + map[bool]string{false: ", page", true: ", fragment"}[htmx]
						a := w.visit(b, line, things)
						a.wantCell(t, cell, htmx, name)
						a.wantHeaders(t, line)
						if !sameForAll[line] {
							a.wantFresh(t, in[who], line+" as "+name)
						}
						if cell == "done" {
							things = nil
						}
					}
					ask(team, own)
					if two {
						ask(w.users[foreign[who]].TeamID, others)
					}
				}
			}
		})
	}
}

// HEAD gets what GET gets, without the body.
func TestAccessByHead(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	for _, who := range people {
		b := w.as(who)
		for _, line := range w.lines() {
			method, path := at(line, "1")
			if method != http.MethodGet {
				continue
			}
			get, head := b.get(path), b.send(http.MethodHead, path, "", "")
			if get.Code != head.Code || get.Header().Get("Location") != head.Header().Get("Location") {
				t.Errorf("%s as %s: GET %d, HEAD %d", path, who, get.Code, head.Code)
			}
		}
	}
}

// texts are what a team stores: first what only its members may read, of a client and a message, then what managers and admins may read
// too.
func texts(of string) (secret, overseen []string) {
	of = strings.ReplaceAll(of, " ", "-")
	return []string{"client.of." + of + "@secret.example", "Name of a client of " + of, "Remark on a client of " + of, "Text of " + of},
		[]string{"Mailing of " + of, "Subject of " + of}
}

// fill gives a visitor's team a client, a message and a mailing that is due.
func (w *world) fill(who string) {
	w.t.Helper()
	secret, overseen := texts(who)
	team := w.users[who].TeamID
	_, err := w.store.CreateClient(w.t.Context(), domain.CommandLineActor(), domain.Client{TeamID: team, Email: secret[0], FullName: secret[1], Comment: secret[2]}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	m := storetest.Mailing(w.t, w.store, team, w.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	w.raw.Set("messages", "subject", overseen[1], "id", m.MessageID)
	w.raw.Set("messages", "body", secret[3], "id", m.MessageID)
	w.raw.Set("mailings", "name", overseen[0], "id", m.ID)
}

// On every page and fragment, with every id, only the team itself can read its clients, messages and letters. A manager and an admin see
// everyone's mailings, with masked addresses.
func TestAccessShownRows(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	teams := []string{"own team", "other team", "admin", "manager"}
	for _, who := range teams {
		w.fill(who)
	}
	w.deliver(domain.Result{Stage: domain.StageRcpt, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 450, Text: "busy"}})
	may := map[string]string{"own team": "own team", "editor": "own team", "other team": "other team", "admin": "admin"}
	oversees := map[string]bool{"manager": true, "admin": true}
	for _, who := range people {
		t.Run(who+" reads of the own team everything, and of others no word", func(t *testing.T) {
			seen := w.everything(who)
			for _, team := range teams {
				secret, overseen := texts(team)
				own := may[who] == team
				for _, text := range secret {
					if strings.Contains(seen, text) != own {
						t.Errorf("%q is there: %v, want %v", text, !own, own)
					}
				}
				for _, text := range overseen {
					if want := own || oversees[who]; strings.Contains(seen, text) != want {
						t.Errorf("%q is there: %v, want %v", text, !want, want)
					}
				}
			}
			if strings.Contains(seen, "c…@secret.example") != oversees[who] {
				t.Errorf("masked addresses are there: %v", !oversees[who])
			}
		})
	}
}

// everything is all that a visitor is shown on every page and fragment, for every id.
func (w *world) everything(who string) string {
	w.t.Helper()
	ids := map[string][]string{"mailbox": {"1"}}
	for kind, table := range map[string]string{"clients": "clients", "messages": "messages", "mailings": "mailings", "users": "users", "members": "users"} {
		ids[kind] = w.raw.Rows(table, "id")
	}
	var all strings.Builder
	b := w.as(who)
	ask := func(htmx bool, to string) {
		b.htmx = htmx
		all.WriteString(b.get(to).body)
	}
	for _, line := range w.lines() {
		method, to := at(line, ":id")
		if method != http.MethodGet {
			continue
		}
		if !strings.Contains(to, ":id") {
			ask(false, to)
			for _, query := range []string{"", "?part=list&q=secret", "?part=list&team=1",
				"?starts_at=2026-03-10T11:00&time_zone=UTC&audience=clients&find=client&message_id=2"} {
				ask(true, to+query)
			}
			continue
		}
		for _, id := range ids[kindOf(line)] {
			_, to := at(line, id)
			ask(false, to)
			ask(true, to+"?part=row")
			ask(true, to+"?part=live")
		}
	}
	return all.String()
}

// Routes: no route accepts a method that is not in the table, whoever asks. TRACE returns no cookie.
func TestSecurityMethods(t *testing.T) {
	t.Parallel()
	w := inhabited(t)
	for _, who := range []string{"anonymous", "admin"} {
		b := w.as(who)
		before := w.dump()
		for _, line := range w.lines() {
			_, to := at(line, "1")
			for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "FOO", "get", "POSTX"} {
				r := httptest.NewRequest(http.MethodGet, "http://"+publicHost+to, nil)
				r.Method = method
				a := b.do(r)
				if a.Code != http.StatusMethodNotAllowed {
					t.Errorf("%s %s as %s: %d", method, to, who, a.Code)
				}
				if c := b.cookies[cookieName]; c != nil && strings.Contains(a.body+fmt.Sprint(a.Header()), c.Value) {
					t.Errorf("%s %s gives the cookie back", method, to)
				}
				a.wantHeaders(t, method+" "+line)
			}
		}
		w.wantSame(t, before, "another method")
	}
	t.Run("nor by a header or a field that asks for another method", func(t *testing.T) {
		b := w.as("own team")
		c := storetest.Client(t, w.store, w.users["own team"].TeamID, "stays@example.com")
		for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			b.with(name, "POST").get(path("clients", c.ID) + "/delete?_method=POST")
			b.with(name, "DELETE").get(path("clients", c.ID) + "?_method=DELETE")
		}
		b.get(path("clients", c.ID)).want(t, 200, "stays@example.com")
	})
}
