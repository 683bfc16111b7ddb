package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

func TestRelayNote(t *testing.T) {
	next := time.Date(2026, 3, 10, 12, 5, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		state     domain.RelayState
		says, not string
	}{
		"names the time of the next try":                   {domain.RelayState{Down: true, NextAt: next, Why: "no answer"}, "Next try:", "with the next letter"},
		"names none when that comes with the next letter":  {domain.RelayState{Down: true, Why: "no answer"}, "It will be tried with the next letter.", "Next try:"},
		"says nothing of a relay that has failed but once": {domain.RelayState{Why: "no answer"}, "Mailing", "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			st := open(t, func(s *handlers.Server) { s.Relay = func() domain.RelayState { return c.state } })
			b, u := st.signedIn("ann@example.com")
			storetest.Client(t, st.store, u.TeamID, "client@example.com")
			storetest.Mailing(t, st.store, u.TeamID, st.now, "2026-03-10T12:00", "", "UTC", domain.Once)
			if _, err := st.store.StartDue(t.Context(), st.server.Sender, st.now); err != nil {
				t.Fatal(err)
			}
			a := b.get("/mailings/1")
			if a.Code != http.StatusOK || !strings.Contains(a.body, c.says) || strings.Contains(a.body, c.not) {
				t.Errorf("the page answers %d: %s", a.Code, a.body)
			}
		})
	}
}
