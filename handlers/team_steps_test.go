package handlers_test

import (
	"testing"

	"postrider/store/storetest"
)

// Each save of the first steps leads to the next one. Later saves lead back to their list.
func TestFirstStepsLeadOn(t *testing.T) {
	t.Run("from the client to the message to the mailing", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			v.wantGone(t, v.submit("/clients", "email", "one@example.com"), "/messages/new")
			v.wantGone(t, v.submit("/messages", "subject", "Hello", "body", "Text"), "/mailings/new")
			if !v.htmx { // htmx loads the next page as a browser does
				v.get("/mailings/new").want(t, 200, "Saved the message “Hello”. Next: set up your first mailing.", `<option value="1" selected>Hello</option>`)
			}
			v.wantGone(t, v.submit("/clients", "email", "two@example.com"), "/clients")
			v.wantGone(t, v.submit("/messages", "subject", "Again", "body", "Text"), "/messages")
		})
	})
	t.Run("from the message back to the client that is still missing", func(t *testing.T) {
		v := ann(t)
		v.submit("/messages", "subject", "Hello", "body", "Text").wantTo(t, "/clients/new")
		v.submit("/clients", "email", "one@example.com").wantTo(t, "/mailings/new")
	})
	t.Run("not once there is a mailing", func(t *testing.T) {
		v := ann(t)
		v.client("one@example.com")
		storetest.Mailing(t, v.store, v.user.TeamID, v.site.now, "2027-03-10T12:00", "", "UTC", "once")
		v.submit("/messages", "subject", "Hello", "body", "Text").wantTo(t, "/messages")
	})
}

func TestMailingFormPreselectsTheSoleMessage(t *testing.T) {
	v := ann(t)
	v.message("Only", "Text")
	v.get("/mailings/new").want(t, 200, `<option value="1" selected>Only</option>`)
	v.message("Another", "Text")
	v.get("/mailings/new").wantLack(t, `<option value="1" selected>`, `<option value="2" selected>`)
}

// A screen reader reads the title first, and a form with mistakes is not the page that was expected.
func TestMistakesAreInTheTitle(t *testing.T) {
	asBoth(t, func(t *testing.T, v visit) {
		v.get("/messages/new").want(t, 200, "<title>New message –")
		v.submit("/messages", "subject", "", "body", "x").want(t, 422, "<title>Error: New message –")
	})
}
