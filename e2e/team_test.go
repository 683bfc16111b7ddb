package e2e

import (
	"fmt"

	"postrider/store/storetest"
)

// meetColleague finds the colleague, who has just joined, among the team's members.
func (n newcomer) meetColleague() {
	n.t.Helper()
	n.section(n.p.T("Clients"))
	n.section(n.p.T("Team"))
	n.until(`document.querySelectorAll("[id^=member-]").length === 2`)
	n.see("Carl Colleague")
	n.see(n.p.T("No open invitations."))
	n.look("team")
}

func (n newcomer) removeColleague() {
	n.t.Helper()
	n.click("a", n.p.T("Remove %s", colleagueEmail))
	n.see(n.p.T("%s will lose access to the clients, messages and mailings of “%s”, but keeps their account and gets a new, empty team. The team keeps everything. We'll let them know by email.", colleagueEmail, ownerName))
	n.look("member-remove")
	n.click("a", n.p.T("Cancel"))
	n.at("/team")
	n.click("a", n.p.T("Remove %s", colleagueEmail))
	n.click("main button", n.p.T("Remove from team"))
	n.at("/team")
	n.see(n.p.T("%s is no longer in the team.", colleagueEmail))
	n.until(`document.querySelectorAll("[id^=member-]").length === 1`)
}

// isOut checks that a removed user sees nothing of the office, starting with the mailing on their screen.
func (n newcomer) isOut(o office) {
	n.t.Helper()
	n.see(n.p.T("This page doesn't exist, or you don't have access to it."))
	n.until(`!document.querySelector("#live, .toast")`)
	n.look("mailing-gone")
	n.open(fmt.Sprintf("/mailings/%d", o.mailing.ID))
	n.see(n.p.T("This page doesn't exist, or you don't have access to it."))
	n.forgive("/mailings/")
	n.section(n.p.T("Mailings"))
	n.see(n.p.T("No mailings yet"))
	n.section(n.p.T("Clients"))
	n.see(n.p.T("No clients yet"))
	n.section(n.p.T("Team"))
	n.see(n.p.T("Team “%s”", "Carl Colleague"))
}

// moveOver joins the office with an existing account, whose last client has to be deleted first.
func (n newcomer) moveOver(link, client string) {
	n.t.Helper()
	n.open(link)
	n.see(n.p.T("Already have an account with this address?"))
	n.look("invite-link")
	n.click("main a", n.p.T("Sign in to join"))
	n.at("/login")
	n.signIn(colleagueEmail, storetest.Password)
	n.at(link)
	n.see(n.p.T("%d clients", 1))
	n.until(`!document.querySelector('main form[action="` + link + `"]')`)
	n.look("invite-obstacle")
	n.section(n.p.T("Clients"))
	n.click("button", n.p.T("Delete %s", client))
	n.until(`!document.querySelector("#client-rows tr")`)
	n.open(link)
	n.see(n.p.T("You're signed in as %s. If you join, you leave your current team.", colleagueEmail))
	n.look("invite-join")
	n.click("main button", n.p.T("Join the team “%s”", ownerName))
	n.at("/mailings")
	n.section(n.p.T("Clients"))
	n.see(officeClient)
}

func (n newcomer) leave() {
	n.t.Helper()
	n.section(n.p.T("Team"))
	n.click("a", n.p.T("Leave team"))
	n.see(n.p.T("You'll lose access to the clients, messages and mailings of “%s”. You keep your account and get a new, empty team. To come back, you'll need a new invitation.", ownerName))
	n.look("team-leave")
	n.click("main button", n.p.T("Leave team"))
	n.at("/team")
	n.see(n.p.T("You've left the team “%s”. This one is your own.", ownerName))
	n.look("team-left")
	n.section(n.p.T("Clients"))
	n.see(n.p.T("No clients yet"))
}
