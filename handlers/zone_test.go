package handlers_test

import (
	"testing"

	"postrider/domain"
)

// lost is a time zone that a machine has known once.
const lost = "Mars/Olympus"

// TestLostZone shows a mailing whose time zone nobody knows any more.
func TestLostZone(t *testing.T) {
	setUp := func(t *testing.T) (visit, domain.Mailing, domain.Mailing) {
		v := ann(t)
		v.client("own@example.com")
		m, other := v.mailing("2026-03-11T09:00", ""), v.mailing("2026-03-11T10:00", "")
		v.exec(`UPDATE mailings SET time_zone = $1 WHERE id = $2`, lost, m.ID)
		return v, m, other
	}
	t.Run("it stands in the list among the others, with a mark", func(t *testing.T) {
		for _, htmx := range []bool{false, true} {
			v, m, other := setUp(t)
			v.htmx = htmx
			v.get("/mailings").want(t, 200, m.Name, other.Name, "Time zone unknown", "2 mailings")
			v.get(path("mailings", m.ID)+"?part=row").want(t, 200, m.Name, "Time zone unknown")
		}
	})
	t.Run("its page says what to do, and offers neither a run nor its next ones", func(t *testing.T) {
		v, m, _ := setUp(t)
		a := v.get(path("mailings", m.ID))
		a.want(t, 200, "Time zone “Mars/Olympus” is no longer known, so this mailing sends nothing. Edit the mailing and choose another one.")
		a.wantLack(t, "Send now", "Next runs", "hx-trigger")
		v.post(path("mailings", m.ID)+"/send", "last_run", "0").want(t, 409, "is no longer known")
		v.wantRuns(t, m, 0)
	})
	t.Run("its form opens with the zone as a mistake, and keeps a choice of another one, also of UTC", func(t *testing.T) {
		for _, zone := range []string{"UTC", "Europe/Berlin"} {
			v, m, _ := setUp(t)
			a := v.get(path("mailings", m.ID) + "/edit")
			a.want(t, 200, `<option value="Mars/Olympus" selected`, `id="mailing-1-time_zone-mistake"`, "is no longer known")
			v.byHtmx(func() {
				v.get(path("mailings", m.ID)+"/edit?part=row").want(t, 200, `id="mailing-1-time_zone-mistake"`)
			})
			v.post(path("mailings", m.ID), mailingFields(m.MessageID, "time_zone", lost, "periodicity", "daily", "version", "1")...).want(t, 422, "Choose a time zone from the list")
			v.exec(`UPDATE mailings SET next_at = 1 WHERE id = $1`, m.ID)
			v.post(path("mailings", m.ID), mailingFields(m.MessageID, "time_zone", zone, "periodicity", "daily", "version", "1")...).want(t, 303)
			if got := v.stored(m.ID); got.Schedule.Zone.String() != zone || got.NextAt.Before(v.site.now) {
				t.Errorf("it is next due %v in %v", got.NextAt, got.Schedule.Zone)
			}
			v.get("/mailings").wantLack(t, "Time zone unknown")
		}
	})
	t.Run("an edit of an older version, its log, pausing and deleting work", func(t *testing.T) {
		v, m, _ := setUp(t)
		v.exec(`UPDATE mailings SET version = 2 WHERE id = $1`, m.ID)
		v.post(path("mailings", m.ID), mailingFields(m.MessageID, "version", "1")...).want(t, 409, lost)
		v.get(path("mailings", m.ID)+"/log").want(t, 200)
		v.post(path("mailings", m.ID)+"/pause").want(t, 303)
		v.post(path("mailings", m.ID)+"/delete").want(t, 303)
		v.get("/mailings").want(t, 200, "1 mailing")
	})
	t.Run("those who oversee it see it, and the home page counts it", func(t *testing.T) {
		v, m, _ := setUp(t)
		boss := v.enter(v.userOf("boss@example.com", domain.RoleManager))
		boss.get("/mailings").want(t, 200, m.Name, "Time zone unknown")
		boss.get(path("mailings", m.ID)).want(t, 200, "is no longer known")
		v.browser.get("/").want(t, 200)
	})
	t.Run("a person's own zone is UTC then", func(t *testing.T) {
		v, m, _ := setUp(t)
		v.exec(`UPDATE users SET time_zone = $1`, lost)
		v.get("/").want(t, 200)
		v.get("/mailings/new").want(t, 200, `<option value="UTC" selected`)
		v.get(path("mailings", m.ID+1)).want(t, 200, "11 Mar 2026, 10:00")
		v.get("/profile").want(t, 200, `<option value="UTC" selected`)
	})
}
