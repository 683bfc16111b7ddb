package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"postrider/mail/mailtest"
	"postrider/store/storetest"
)

// TestRelayDown: the mailing says so, the rest of the site is not affected, and the letters are sent once the relay is back.
func TestRelayDown(t *testing.T) {
	t.Parallel()
	path, mailing := prepared(t, 3)
	relay := mailtest.New(t, mailtest.Config{})
	relay.Stop()
	p := serve(t, "--db", path, "--smtp", relay.URL(), "--tick", "50ms")
	b := stranger(t, p.url, "en")
	b.get("/login").send("/login", map[string]string{"email": "owner@example.com", "password": storetest.Password})
	page := fmt.Sprintf("/mailings/%d", mailing.ID)
	wait(t, "the page to say that the relay is down", func() bool {
		return strings.Contains(b.get(page).text(), "The mail server is down.")
	})
	b.get(page).says(http.StatusOK, "0 of 3 sent", "Running")
	b.get("/clients").says(http.StatusOK, "3 clients")
	relay.Start()
	relay.WaitFor(3, patience)
	wait(t, "the page to say that all is done", func() bool {
		text := b.get(page).text()
		return strings.Contains(text, "3 of 3 sent") && strings.Contains(text, "Completed") && !strings.Contains(text, "The mail server is down.")
	})
}
