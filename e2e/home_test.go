package e2e

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestHome(t *testing.T) {
	inBoth(t, "shows what goes out without being loaded anew", func(t *testing.T, lang string) {
		o := openOffice(t, lang)
		o.planSoon(t)
		p := serve(t, "--db", o.path, "--tick", "200ms")
		n := arrive(t, p.url, lang)
		n.signIn(ownerEmail, storetest.Password)
		n.until(`document.querySelectorAll("#activity .home-runs li").length === 2`)
		n.see(n.p.T("No sends yet."))
		n.stay()
		now := time.Now()
		storetest.Mailing(t, o.store, o.owner.TeamID, now, domain.LocalTimeOf(now, time.UTC).String(), "", "UTC", domain.Once)
		n.see(n.p.T("%d of %d sent", 1, 1))
		n.until(`document.querySelectorAll("#activity .home-runs li").length === 3`)
		n.stayed()
		n.look("home-latest")
	})
}
