package handlers_test

import (
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
)

// sendMore hands n letters of the runs that are sending to the relay, one every gap, the last one now.
func (st *site) sendMore(n int, gap time.Duration) {
	st.t.Helper()
	claimed, err := st.store.Claim(st.t.Context(), 1, n, st.now)
	if err != nil || len(claimed) != n {
		st.t.Fatalf("%d letters to send, %v", len(claimed), err)
	}
	var done []store.Done
	for i, c := range claimed {
		done = append(done, store.Done{Claimed: c, At: st.now.Add(-time.Duration(n-1-i) * gap), Result: sent, Spread: 0.5})
	}
	if _, _, err = st.store.Commit(st.t.Context(), nil, claimed, st.now); err == nil {
		_, _, err = st.store.Commit(st.t.Context(), done, nil, st.now)
	}
	if err != nil {
		st.t.Fatal(err)
	}
}

// snapshot gives the runs that have begun their recipients.
func (st *site) snapshot() {
	st.t.Helper()
	for more, err := true, error(nil); more; {
		if more, err = st.store.SnapshotRecipients(st.t.Context(), st.now); err != nil {
			st.t.Fatal(err)
		}
	}
}

// TestPace follows a run by what its page says of it.
func TestPace(t *testing.T) {
	for lang, texts := range map[string]struct{ preparing, first, toSend, slow, fast string }{
		"en": {"Preparing", "Preparing: 330 emails will be sent.", "330 emails to send", "32 emails a minute, about 10 minutes left", "10 emails a second, about 25 seconds left"},
		"ru": {"Подготовка", "Подготовка: будет отправлено 330 писем.", "К отправке 330 писем", "32 письма в минуту, осталось около 10 минут", "10 писем в секунду, осталось около 25 секунд"},
	} {
		t.Run(lang, func(t *testing.T) {
			st := open(t)
			u := st.userFrom(domain.SignUp{Email: "ann@example.com", Language: lang, TimeZone: "UTC"}, domain.RoleUser)
			v := visit{st, st.enter(u), u}
			for i := range 330 {
				v.client(fmt.Sprintf("c%d@example.com", i))
			}
			m := v.mailing("2026-03-10T11:00", "")
			v.submit(path("mailings", m.ID)+"/send", "last_run", "0").want(t, 303)
			v.get(path("mailings", m.ID)).want(t, 200, texts.first)
			a := v.get("/mailings")
			a.want(t, 200, texts.preparing)
			a.wantLack(t, "0 of 0 sent", "0 из 0")
			v.snapshot()
			v.get("/mailings").want(t, 200, texts.toSend)
			v.get(path("mailings", m.ID)).wantLack(t, `id="pace"`)
			v.site.now = v.site.now.Add(time.Minute)
			v.sendMore(20, 2*time.Second)
			v.get(path("mailings", m.ID)).want(t, 200, texts.slow)

			v.submit(path("mailings", m.ID)+"/pause").want(t, 303)
			v.get(path("mailings", m.ID)).wantLack(t, `id="pace"`)
			v.site.now = v.site.now.Add(2 * time.Hour)
			v.submit(path("mailings", m.ID)+"/resume", "last_run", v.latestRun(m.ID)).want(t, 303)
			v.get(path("mailings", m.ID)).wantLack(t, `id="pace"`)
			v.site.now = v.site.now.Add(10 * time.Second)
			v.sendMore(60, 100*time.Millisecond)
			v.get(path("mailings", m.ID)).want(t, 200, texts.fast)
		})
	}
}
