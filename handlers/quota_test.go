package handlers_test

import (
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestTeamQuota(t *testing.T) {
	w := watching(t, domain.RoleAdmin)
	quota := func() domain.Quota {
		q, err := w.store.Quota(t.Context(), w.bob.TeamID, w.site.now)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	to := path("teams", w.bob.TeamID) + "/quota"
	for _, typed := range []string{"-1", "1.5", "many", "99999999999"} {
		w.post(to, "max_clients", "7", "max_letters", typed).wantMistakes(t, "max_letters", "A whole number")
	}
	if q := quota(); q.MaxClients != nil || q.MaxLetters != nil {
		t.Errorf("a mistake has set %+v", q)
	}
	a := w.post(to, "max_clients", "1", "max_letters", " 1 ", "user_id", num(w.bob.ID))
	a.want(t, 303)
	a.wantTo(t, path("users", w.bob.ID))
	if q := quota(); *q.MaxClients != 1 || *q.MaxLetters != 1 {
		t.Errorf("the quota is %+v", q)
	}
	w.get(path("users", w.bob.ID)).want(t, 200, `name="max_letters"`, "Letters a day at most")
	w.owner.post("/clients", "email", "third@example.com").want(t, 422, "at most 1 client.")
	second := storetest.Mailing(t, w.store, w.bob.TeamID, w.site.now, "2026-03-10T12:00", "", "UTC", domain.Daily)
	w.owner.get(path("mailings", second.ID)).wantLack(t, "of today")
	w.site.now = w.site.now.Add(2 * time.Minute)
	w.deliver(domain.Result{Stage: domain.StageDot, Outcome: domain.OutcomeSent, Scope: domain.ScopeRecipient,
		Reply: domain.Reply{Code: 250}}, domain.DeliverySent)
	w.owner.get(path("mailings", second.ID)).want(t, 200, "The team has sent its 1 letter of today.", "11 Mar 2026, 00:00")
	w.post(to, "max_clients", "", "max_letters", "").want(t, 303)
	if q := quota(); q.MaxClients != nil || q.MaxLetters != nil {
		t.Errorf("without limits it is %+v", q)
	}
	w.post("/teams/999/quota").want(t, 404)
	w.owner.post(to, "max_letters", "9").want(t, 403)
}
