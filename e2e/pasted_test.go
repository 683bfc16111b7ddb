package e2e

import (
	"slices"
	"testing"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// wantClients fails unless the office has clients with these addresses, in the order of the alphabet.
func (o office) wantClients(t *testing.T, want ...string) {
	t.Helper()
	page, err := o.store.Clients(t.Context(), o.owner.TeamID, store.ClientQuery{Sort: "email", Per: 100})
	var got []string
	for _, c := range page.Rows {
		got = append(got, c.Email)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the clients are %q, want %q; %v", got, want, err)
	}
}

const fivePasted = "One <one@example.com>, two@example.com; " + officeClient + ", wrong@ two@example.com"

// TestPasted types what people copy from elsewhere into the form of a client: nothing of it is for the browser to refuse.
func TestPasted(t *testing.T) {
	inBoth(t, "addresses are taken as people copy them", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		p := serve(t, "--db", o.path)
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.open("/clients")
		n.click("a", n.p.T("Add client"))
		for i, typed := range []string{"\u00a0nbsp@example.com\u00a0", "Eve Archer <eve@example.com>", "mailto:link@example.com", "кто@пример.рф"} {
			n.until(`document.querySelector("tr.editing [name=email]")?.value === ""`)
			n.fill("tr.editing [name=email]", typed)
			n.click("tr.editing button", n.p.T("Save"))
			n.until(`document.querySelectorAll("#client-rows > tr:not(.editing)").length === ` + []string{"2", "3", "4", "5"}[i])
		}
		n.see("Eve Archer")
		n.see("кто@пример.рф")
		n.until(`document.querySelector("tr.editing [name=email]").value === ""`)
		n.fill("tr.editing [name=email]", fivePasted)
		n.click("tr.editing button", n.p.T("Save"))
		n.see(n.p.T("Add %d clients?", 2))
		n.see(n.p.T("Not added: %s", domain.ErrTaken().(domain.Invalid)["email"]))
		n.look("clients-pasted")
		n.click("tr.editing button", n.p.T("Back"))
		n.until(`document.querySelector("tr.editing [name=email]")?.value === ` + quote(fivePasted))
		n.click("tr.editing button", n.p.T("Save"))
		n.twice("tr.editing button", n.p.T("Add %d clients", 2))
		n.see(n.p.T("Added %d clients.", 2))
		o.wantClients(t, officeClient, "eve@example.com", "link@example.com", "nbsp@example.com", "one@example.com", "two@example.com", "кто@пример.рф")
	})
}

// TestPlainPasted is TestPasted without scripts.
func TestPlainPasted(t *testing.T) {
	for _, lang := range languages() {
		t.Run("several addresses are added by plain forms, in "+lang, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, lang)
			p := serve(t, "--db", o.path)
			b, say := o.plain(t, p.url, ownerEmail, lang), locale.For(lang, nil)
			asked := b.get("/clients/new").send("/clients", map[string]string{"email": fivePasted}).says(200, say.T("Add %d clients?", 2))
			asked.send("/clients", map[string]string{"back": "1"}).says(200, say.T("New client")).
				send("/clients", nil).says(200, say.T("Add %d clients?", 2)).
				send("/clients", nil).says(200, say.T("Added %d clients.", 2))
			b.get("/clients/new").send("/clients", map[string]string{"email": "\u00a0Eve <eve@example.com>,"}).says(200, say.T("Added %s.", "eve@example.com"))
			o.wantClients(t, officeClient, "eve@example.com", "one@example.com", "two@example.com")
		})
	}
}
