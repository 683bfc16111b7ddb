package handlers_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// hidden are the names and values that the form of a question sends again, with the answer yes.
func (a answer) hidden() (fields []string) {
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(a.body, -1) {
		fields = append(fields, m[1], m[2])
	}
	return fields
}

// agree sends a form, and says yes where that is answered with the question whether to send now.
func (b *browser) agree(path string, form ...string) answer {
	a := b.submit(path, form...)
	if yes := unescaped(a.hidden()); a.Code == 200 && slices.Contains(yes, "agreed") {
		return b.submit(path, yes...)
	}
	return a
}

// wantQuestion fails unless the answer is the question whether to send now to n clients, and nothing was saved or woken.
func (v visit) wantQuestion(t testing.TB, a answer, n int, texts ...string) {
	t.Helper()
	a.want(t, 200, append(texts, fmt.Sprintf(">Send to %d now</button>", n), ">Back</", `name="agreed"`, "Postrider &lt;postrider@postrider.test&gt;", "Hello")...)
	v.wantWhole(t, a)
	if n := v.woken.Load(); n != 0 {
		t.Errorf("the sender was woken %d times", n)
	}
}

// received lets a mailing with that message send to its clients.
func (v visit) received(m domain.Mailing) {
	v.t.Helper()
	_, err := v.store.RunNow(v.t.Context(), domain.CommandLineActor(), m.ID, 0, v.server.Sender, v.site.now)
	if err != nil {
		v.t.Fatal(err)
	}
	v.deliver(domain.Result{Outcome: domain.OutcomeSent})
}

func TestNothingLeavesUnasked(t *testing.T) {
	past := []string{"starts_at", "2026-03-10T11:00"}
	t.Run("a new mailing whose start has passed asks, and is kept by the yes alone", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			v.client("two@example.com")
			fields := mailingFields(v.message("Hello", "Text").ID, append(past, "form_key", "key")...)
			a := v.submit("/mailings", fields...)
			v.wantQuestion(t, a, 2, "Send to 2 clients now?", "The start, 10 Mar 2026, 11:00, is not in the future", `action="/mailings"`, "Spring news")
			a.wantLack(t, "already received")
			if n := v.mailings(v.user.TeamID); n != 0 {
				t.Fatalf("%d mailings are kept", n)
			}
			yes := a.hidden()
			for range 2 { // a double click
				v.wantGone(t, v.submit("/mailings", yes...), "/mailings/1")
			}
			if n := v.mailings(v.user.TeamID); n != 1 {
				t.Errorf("%d mailings are kept", n)
			}
		})
	})
	t.Run("a start that passes while the form is open asks, also when it passes on the way", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		fields := mailingFields(v.message("Hello", "Text").ID, "starts_at", "2026-03-10T12:01", "form_key", "key")
		calls := 0
		v.server.Now = func() time.Time { // the last look at the clock is in the transaction that saves
			if calls++; calls > 1 {
				return v.site.now.Add(time.Minute)
			}
			return v.site.now
		}
		v.submit("/mailings", fields...)
		if n := v.mailings(v.user.TeamID); n != 0 {
			t.Error("it was saved unasked")
		}
	})
	t.Run("Back shows the form with everything that was typed", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			one := v.client("one@example.com")
			a := v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID, "starts_at", "2026-03-10T11:00", "periodicity", "weekly",
				"time_zone", "Europe/Berlin", "name", "A <b>&", "audience", "clients", "client_ids", num(one.ID), "begin", "at", "form_key", "key")...)
			v.wantQuestion(t, a, 1)
			form := unescaped(a.hidden())
			back := v.submit("/mailings", append(form, "back", "1")...)
			back.want(t, 200, `value="A &lt;b&gt;&amp;"`, `value="2026-03-10T11:00"`, `value="Europe/Berlin"`, `value="weekly" id="mailing-new-periodicity-2" checked`,
				`value="`+num(one.ID)+`" checked`, `name="form_key" value="key"`, "<h1>New mailing</h1>")
			back.wantLack(t, `name="agreed"`, `name="now_at"`)
			v.wantWhole(t, back)
		})
	})
	t.Run("a yes to other numbers is asked again", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		a := v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID, past...)...)
		v.client("two@example.com")
		v.wantQuestion(t, v.submit("/mailings", a.hidden()...), 2)
		if n := v.mailings(v.user.TeamID); n != 0 {
			t.Errorf("%d mailings are kept", n)
		}
	})
	t.Run("it tells how many have the message already, of those who would get it", func(t *testing.T) {
		v := ann(t)
		one := v.client("one@example.com")
		v.client("two@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.received(m)
		three := v.client("three@example.com")
		v.woken.Store(0)
		v.wantQuestion(t, v.submit("/mailings", mailingFields(m.MessageID, past...)...), 3, "2 of them have already received this message")
		picked := append(past, "audience", "clients", "client_ids", num(three.ID), "client_ids")
		v.wantQuestion(t, v.submit("/mailings", mailingFields(m.MessageID, append(picked, num(one.ID))...)...), 2, "1 of them has already received this message")
		a := v.submit("/mailings", mailingFields(m.MessageID, append(picked, num(three.ID))...)...)
		v.wantQuestion(t, a, 1)
		a.wantLack(t, "already received")
	})
	t.Run("an edit that moves the start into the past asks, and names who cannot be written to", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			v.raw.Set("clients", "undeliverable_at", 1, "id", v.client("two@example.com").ID)
			m := v.mailing("2026-03-11T09:00", "")
			to := path("mailings", m.ID)
			a := v.submit(to, mailingFields(m.MessageID, append(past, "version", "1")...)...)
			v.wantQuestion(t, a, 1, `action="`+to+`"`, "1 more is skipped (undeliverable)")
			if got := v.stored(m.ID); got.Version != 1 || !got.NextAt.Equal(m.NextAt) {
				t.Errorf("kept %+v", got)
			}
			v.wantGone(t, v.submit(to, a.hidden()...), to)
			if got := v.stored(m.ID); got.Version != 2 || got.NextAt.After(v.site.now) {
				t.Errorf("kept %+v", got)
			}
		})
	})
	t.Run("an edit in a row asks in the row, and Back is the form in the row", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.htmx = true
		to := path("mailings", m.ID)
		a := v.submit(to, mailingFields(m.MessageID, append(past, "version", "1", "part", "row")...)...)
		v.wantQuestion(t, a, 1)
		a.wantRow(t, `<tr class="editing"`, `hx-target="closest tr"`)
		v.submit(to, append(a.hidden(), "back", "1")...).wantRow(t, `<tr class="editing">`, `value="2026-03-10T11:00"`)
		v.submit(to, a.hidden()...).wantRow(t, "Spring news", "Saved.")
	})
	t.Run("an edit that lets nothing begin is saved at once", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.received(m) // one that ran waits for its next time
		v.submit(path("mailings", m.ID), mailingFields(m.MessageID, append(past, "version", "1")...)...).want(t, 303)
		paused := v.mailing("2026-03-11T09:00", "")
		v.submit(path("mailings", paused.ID)+"/pause").want(t, 303)
		v.submit(path("mailings", paused.ID), mailingFields(m.MessageID, append(past, "version", "1")...)...).want(t, 303)
	})
}

// unescaped are values of attributes as a browser reads them.
func unescaped(fields []string) []string {
	all := slices.Clone(fields)
	for i := range all {
		all[i] = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(all[i])
	}
	return all
}

func TestBeginNow(t *testing.T) {
	t.Run("now asks whatever start is typed, and begins at the minute of the question", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			v.get("/mailings/new").want(t, 200, `name="begin" value="now"`, `value="at" id="mailing-new-begin-1" checked`)
			a := v.submit("/mailings", mailingFields(v.message("Hello", "Text").ID, "starts_at", "", "begin", "now", "time_zone", "Asia/Tokyo", "form_key", "key")...)
			v.wantQuestion(t, a, 1)
			a.wantLack(t, "is not in the future")
			v.site.now = v.site.now.Add(2 * time.Minute)
			for range 2 {
				v.wantGone(t, v.submit("/mailings", a.hidden()...), "/mailings/1")
			}
			if got := v.stored(1); got.Schedule.Start.String() != "2026-03-10T21:00" || v.mailings(v.user.TeamID) != 1 {
				t.Errorf("%d mailings, the first begins %v", v.mailings(v.user.TeamID), got.Schedule.Start)
			}
			v.htmx = false
			v.submit("/mailings", append(unescaped(a.hidden()), "back", "1")...).want(t, 200, `value="now" id="mailing-new-begin" checked`)
		})
	})
	t.Run("is not offered for a mailing that has run, and refused", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-10T11:00", "")
		v.get(path("mailings", m.ID)+"/edit").want(t, 200, `name="begin"`)
		v.received(m)
		v.get(path("mailings", m.ID)+"/edit").wantLack(t, `name="begin"`)
		a := v.submit(path("mailings", m.ID), mailingFields(m.MessageID, "version", "1", "begin", "now")...)
		a.want(t, 422, "This mailing cannot begin now.")
	})
}

func TestGoingOnAsks(t *testing.T) {
	for _, part := range []string{"", "live", "row"} {
		t.Run("resuming what was due while it was paused asks: "+part, func(t *testing.T) {
			asBoth(t, func(t *testing.T, v visit) {
				v.client("one@example.com")
				m := v.mailing("2026-03-10T13:00", "")
				to := path("mailings", m.ID)
				v.submit(to+"/pause", "part", part)
				v.site.now = v.site.now.Add(2 * time.Hour)
				v.woken.Store(0)
				a := v.submit(to+"/resume", "part", part, "last_run", "0")
				v.wantQuestion(t, a, 1, "while the mailing was paused", `action="`+to+`/resume"`, `href="`+to+`"`)
				if v.htmx && part == "row" {
					a.wantRow(t, `hx-get="`+to+`?part=row"`)
				}
				if v.htmx && part == "live" {
					a.want(t, 200, `<div id="live">`, `hx-get="`+to+`?part=live"`)
				}
				if !v.stored(m.ID).Paused() {
					t.Error("it goes on")
				}
				again := a.hidden()
				v.submit(to+"/resume", again...)
				if v.stored(m.ID).Paused() || v.woken.Load() != 1 {
					t.Errorf("paused %v, woken %d times", v.stored(m.ID).Paused(), v.woken.Load())
				}
			})
		})
	}
	t.Run("resuming what is not due does not ask", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-10T13:00", "")
		v.submit(path("mailings", m.ID) + "/pause")
		v.submit(path("mailings", m.ID)+"/resume").want(t, 303)
	})
	t.Run("enabling what was due while it was disabled asks", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.client("one@example.com")
			m := v.mailing("2026-03-10T13:00", "")
			to := path("mailings", m.ID)
			boss := v.enter(v.userOf("boss@example.com", domain.RoleManager))
			boss.htmx = v.htmx
			boss.submit(to+"/disable", "reason", "Complaints")
			v.site.now = v.site.now.Add(2 * time.Hour)
			v.woken.Store(0)
			a := boss.submit(to + "/enable")
			v.wantQuestion(t, a, 1, "while the mailing was disabled", `action="`+to+`/enable"`)
			a.wantLack(t, "one@example.com")
			if !v.stored(m.ID).Disabled() {
				t.Error("it is enabled")
			}
			boss.submit(to+"/enable", a.hidden()...)
			if v.stored(m.ID).Disabled() || v.woken.Load() != 1 {
				t.Errorf("disabled %v, woken %d times", v.stored(m.ID).Disabled(), v.woken.Load())
			}
		})
	})
}

func TestButtonSaysWhatItDoes(t *testing.T) {
	for name, test := range map[string]struct {
		fields []string
		want   string
	}{
		"a start soon":        {[]string{"starts_at", "2026-03-12T09:00"}, "Schedule for Thu 09:00"},
		"in another zone":     {[]string{"starts_at", "2026-03-12T09:00", "time_zone", "Asia/Tokyo"}, "Schedule for Thu 09:00"},
		"a start far away":    {[]string{"starts_at", "2026-05-12T09:00"}, "Schedule for 12 May 2026, 09:00"},
		"a start in the past": {[]string{"starts_at", "2026-03-10T11:00"}, "Review and send to 2"},
		"now":                 {[]string{"starts_at", "2026-05-12T09:00", "begin", "now"}, "Review and send to 2"},
		"now, to one of two":  {[]string{"begin", "now", "audience", "clients", "client_ids", "1"}, "Review and send to 1"},
		"no start":            {[]string{"starts_at", ""}, "Schedule"},
		"an edit":             {[]string{"starts_at", "2026-03-12T09:00", "id", "1"}, "Save changes"},
		"an edit to the past": {[]string{"starts_at", "2026-03-10T11:00", "id", "1"}, "Review and send to 2"},
		"one that has run":    {[]string{"starts_at", "2026-03-10T11:00", "id", "2"}, "Save changes"},
	} {
		t.Run(name, func(t *testing.T) {
			v := ann(t)
			v.client("one@example.com")
			v.client("two@example.com")
			v.mailing("2026-03-11T09:00", "")
			v.received(v.mailing("2026-03-10T11:00", ""))
			id := "new"
			if i := slices.Index(test.fields, "id"); i >= 0 {
				id = test.fields[i+1]
			}
			v.byHtmx(func() {
				v.submit("/mailings/next-runs", mailingFields(1, test.fields...)...).want(t, 200, `hx-target="#mailing-`+id+`-save"`, ">"+test.want+"</hx-partial>")
			})
		})
	}
	t.Run("a script gets the form with the true words", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.byHtmx(func() {
			v.submit("/mailings", mailingFields(m.MessageID, "name", "")...).want(t, 422, `<button id="mailing-new-save">Schedule for Wed 09:00</button>`)
		})
	})
	t.Run("without a script it is true whatever is typed", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		m := v.mailing("2026-03-11T09:00", "")
		v.get("/mailings/new").want(t, 200, `<button id="mailing-new-save">Schedule</button>`)
		v.get(path("mailings", m.ID)+"/edit").want(t, 200, `<button id="mailing-1-save">Save changes</button>`)
	})
}
