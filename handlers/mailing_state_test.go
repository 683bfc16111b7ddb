package handlers_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/store/storetest"
)

var (
	statusCell = regexp.MustCompile(`(?s)<td data-label="Status">(.*?)</td>`)
	badge      = regexp.MustCompile(`<span class="badge badge-(\w+)">([^<]*)</span>`)
)

// wantState fails unless the mailing has that one state, in that colour, in the list and on its page.
func (v visit) wantState(t testing.TB, m domain.Mailing, tone, text string) {
	t.Helper()
	row := v.get(path("mailings", m.ID) + "?part=row")
	if v.byHtmx(func() { row = v.get(path("mailings", m.ID) + "?part=row") }); row.Code != 200 {
		t.Fatalf("the row is %d", row.Code)
	}
	page := v.get(path("mailings", m.ID)).body
	page = page[strings.Index(page, `class="badges"`):]
	page = page[:strings.Index(page, "</p>")]
	for where, part := range map[string]string{"the list": statusCell.FindString(row.body), "its page": page} {
		found := badge.FindAllStringSubmatch(part, -1)
		if len(found) != 1 || found[0][1] != tone || found[0][2] != text {
			t.Errorf("%s shows %v, want %s in %s", where, found, text, tone)
		}
	}
}

// TestMailingState reads one state of a mailing, however its status and its flags stand.
func TestMailingState(t *testing.T) {
	once := func(v visit) domain.Mailing {
		return storetest.Mailing(t, v.store, v.user.TeamID, v.site.now, "2026-03-10T11:00", "", "UTC", domain.Once)
	}
	begun := func(v visit) domain.Mailing {
		m := once(v)
		v.submit(path("mailings", m.ID)+"/send", "last_run", "0").want(t, 303)
		return m
	}
	cutShort := func(v visit) domain.Mailing {
		m := begun(v)
		for column, value := range map[string]any{"state": "expired", "recipients": 4998, "sent": 185, "expired": 4813} {
			v.raw.Set("runs", column, value, "mailing_id", m.ID)
		}
		v.raw.Set("mailings", "status", "completed", "id", m.ID)
		v.raw.Set("mailings", "next_at", nil, "id", m.ID)
		return m
	}
	down := func(s *handlers.Server) { s.Relay = func() domain.RelayState { return domain.RelayState{Down: true} } }
	spent := func(s *handlers.Server) {
		s.Relay = func() domain.RelayState { return domain.RelayState{SpentUntil: time.Now().Add(time.Hour)} }
	}
	none := 0
	for name, c := range map[string]struct {
		change     []func(*handlers.Server)
		make       func(visit) domain.Mailing
		tone, text string
	}{
		"before its start": {nil, func(v visit) domain.Mailing { return v.mailing("2026-03-11T09:00", "") }, "plain", "Scheduled"},
		"between two runs": {nil, func(v visit) domain.Mailing {
			m := v.mailing("2026-03-10T11:00", "")
			v.deliver(domain.Result{Outcome: domain.OutcomeSent})
			return m
		}, "good", "Active"},
		"while it sends":                {nil, begun, "busy", "Sending"},
		"while the server is down":      {[]func(*handlers.Server){down}, begun, "warn", "Waiting"},
		"when the server's day is full": {[]func(*handlers.Server){spent}, begun, "warn", "Waiting"},
		"when the team's day is full": {nil, func(v visit) domain.Mailing {
			if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxLetters: &none}, v.site.now); err != nil {
				t.Fatal(err)
			}
			return begun(v)
		}, "warn", "Waiting"},
		"when everyone was mailed": {nil, func(v visit) domain.Mailing {
			m := once(v)
			v.deliver(domain.Result{Outcome: domain.OutcomeSent})
			return m
		}, "good", "Sent"},
		"cut short": {nil, cutShort, "warn", "Stopped (185 of 4,998)"},
		"cut short while it was paused": {nil, func(v visit) domain.Mailing {
			m := cutShort(v)
			v.raw.Set("mailings", "paused_at", v.site.now.UnixMilli(), "id", m.ID)
			return m
		}, "warn", "Stopped (185 of 4,998)"},
		"cut short, paused and disabled": {nil, func(v visit) domain.Mailing {
			m := cutShort(v)
			v.raw.Set("mailings", "paused_at", v.site.now.UnixMilli(), "id", m.ID)
			v.raw.Set("mailings", "disabled_at", v.site.now.UnixMilli(), "id", m.ID)
			return m
		}, "bad", "Disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			v := annWith(t, c.change...)
			v.client("own@example.com")
			v.wantState(t, c.make(v), c.tone, c.text)
		})
	}
}

func TestSendNowOffered(t *testing.T) {
	t.Run("where nothing is to come, without the words that no run can begin", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := storetest.Mailing(t, v.store, v.user.TeamID, v.site.now, "2026-03-10T11:00", "", "UTC", domain.Once)
		v.deliver(domain.Result{Outcome: domain.OutcomeSent})
		a := v.get(path("mailings", m.ID))
		a.want(t, 200, "Send now", "Nothing more is scheduled.")
		a.wantLack(t, "No more sends can start")
	})
	t.Run("not while nobody can be written to", func(t *testing.T) {
		v := ann(t)
		cl := v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.get(path("mailings", m.ID)).want(t, 200, "Send now")
		v.raw.Set("clients", "undeliverable_at", v.site.now.UnixMilli(), "id", cl.ID)
		v.get(path("mailings", m.ID)).wantLack(t, "Send now")
	})
	t.Run("not while the team may store no more", func(t *testing.T) {
		v := ann(t)
		v.client("own@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		none := 0
		if err := v.store.SetQuota(t.Context(), domain.Actor{}, v.user.TeamID, domain.Quota{MaxMegabytes: &none}, v.site.now); err != nil {
			t.Fatal(err)
		}
		v.get(path("mailings", m.ID)).wantLack(t, "Send now")
	})
}
