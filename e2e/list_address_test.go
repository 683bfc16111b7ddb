package e2e

import (
	"fmt"
	"testing"
	"time"

	"postrider/store/storetest"
)

// narrowing is a list, narrowed by what is typed and by what is chosen.
type narrowing struct {
	path, search  string
	name, value   string // of a select; "" where there is none
	shown, hidden string // what stands in the list then, and what does not
	address       string
}

func TestListAddress(t *testing.T) {
	inBoth(t, "says what the list shows, so that Back and reload show the same", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		o.hire(t, "anna@example.com", "Anna", lang)
		edit(t, o.path, `UPDATE users SET role = 'admin' WHERE email = $1`, ownerEmail)
		for i := range 30 {
			storetest.Client(t, o.store, o.owner.TeamID, fmt.Sprintf("rye%02d@example.com", i))
			storetest.Message(t, o.store, o.owner.TeamID, fmt.Sprintf("Rye %02d", i), "x")
		}
		storetest.Post(t, o.store, "Rye bread", time.Now())
		storetest.Post(t, o.store, "Wheat bread", time.Now())
		n := arrive(t, serve(t, "--db", o.path).url, lang)
		n.signIn(ownerEmail, storetest.Password)
		for _, l := range []narrowing{
			{"/clients", "rye0", "per", "50", "rye03@example.com", officeClient, "/clients?per=50&q=rye0"},
			{"/messages", "Rye 0", "", "", "Rye 03", "Rye 13", "/messages?q=Rye+0"},
			{"/mailings", "no such", "status", "created", n.p.T("Show all mailings"), o.mailing.Name, "/mailings?q=no+such&status=created"},
			{"/users", "anna", "role", "user", "anna@example.com", ownerName, "/users?q=anna&role=user"},
			{"/posts", "rye", "state", "published", "Rye bread", "Wheat bread", "/posts?q=rye&state=published"},
		} {
			n.narrow(l)
		}
	})
}

// narrow searches a list, leaves it, and comes back.
func (n newcomer) narrow(l narrowing) {
	n.t.Helper()
	shows := `!document.querySelector("main").innerText.includes(` + quote(l.hidden) + `) && document.querySelector("main").innerText.includes(` + quote(l.shown) + `)`
	n.open("/")
	n.open(l.path)
	n.fill("main [name=q]", l.search)
	n.until(shows)
	if l.name != "" {
		n.choose("main [name="+l.name+"]", l.value)
	}
	at := `(u => (u.searchParams.delete("per", "25"), u.pathname + u.search))(new URL(location.href)) === ` + quote(l.address)
	n.until(at + " && " + shows)
	n.reload()
	n.until(at + " && " + shows + ` && document.querySelector("main [name=q]").value === ` + quote(l.search))
	n.openAccount()
	n.click(".account a", n.p.T("Team"))
	n.at("/team")
	eval[bool](n.browser, `(history.back(), true)`)
	n.until(at + " && " + shows + ` && document.readyState === "complete"`)
	if l.name != "" {
		n.until(`document.querySelector("main [name=` + l.name + `]").value === ` + quote(l.value))
	}
	n.openAccount()
	n.click(".account [name=lang]", "")
	n.until(at + ` && document.documentElement.lang !== ` + quote(n.p.Lang()))
	n.openAccount()
	n.click(".account [name=lang]", "")
	n.until(at + ` && document.documentElement.lang === ` + quote(n.p.Lang()))
}
