package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestChangeOfAddressDuringChangeOfPassword(t *testing.T) {
	const fresh = "another correct horse"
	s := storetest.Open(t)
	_, by := person(t, s, "ann@example.com", domain.RoleUser)
	if err := s.CreateSession(t.Context(), "session", domain.Session{UserID: by.ID, CreatedAt: now, SeenAt: now}); err != nil {
		t.Fatal(err)
	}
	letter := domain.SystemLetter{ExpiresAt: now.Add(time.Hour)}
	asked := make(chan error, 3) // with the change as many as one account may have at once
	for i := range cap(asked) {
		go func() {
			in := store.EmailChange{Email: fmt.Sprintf("mallory%d@example.com", i), Password: storetest.Password,
				Token: fmt.Sprint("token", i), Confirm: letter, Taken: letter, Notice: letter}
			asked <- s.AskEmail(t.Context(), by, in, now)
		}()
	}
	in := store.NewPassword{Current: storetest.Password, Password: fresh, Session: "session", Fresh: "fresh"}
	if err := s.ChangePassword(t.Context(), by, in, now); err != nil {
		t.Fatal(err)
	}
	for range cap(asked) {
		<-asked // done before the change, or refused after it
	}
	for i := range cap(asked) {
		if err := s.TokenUsable(t.Context(), domain.TokenEmail, fmt.Sprint("token", i), now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("a letter asked for with the old password works on: %v", err)
		}
	}
}
