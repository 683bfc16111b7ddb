package handlers_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store"
)

// noLetter fails when a letter is waiting.
func (st *site) noLetter(t testing.TB) {
	t.Helper()
	if l, err := st.store.ClaimLetter(t.Context(), 1, st.now); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a letter to %s: %q, %v", l.To.Email, l.Subject, err)
	}
}

// forgotten asks for a new password and gives back the path in the letter.
func (st *site) forgotten(email string) string {
	st.t.Helper()
	st.browser().post("/forgot", "email", email).want(st.t, 303)
	return link(st.t, st.letter())
}

// logged are the lines of the audit log of one action, the newest first.
func (st *site) logged(action domain.AuditAction) []domain.AuditEntry {
	st.t.Helper()
	page, err := st.store.Audit(st.t.Context(), store.AuditQuery{Action: action})
	if err != nil {
		st.t.Fatal(err)
	}
	return page.Entries
}

// wantLogged fails unless the newest line of an action is of that actor and subject.
func (st *site) wantLogged(t testing.TB, action domain.AuditAction, actor, subject string) {
	t.Helper()
	all := st.logged(action)
	if len(all) == 0 || all[0].By.Email != actor || all[0].Subject != subject || all[0].By.Address == "" || !all[0].At.Equal(st.now) {
		t.Errorf("of %s the log holds %+v", action, all)
	}
}
