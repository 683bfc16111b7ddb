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

func newcomer() domain.SignUp {
	return domain.SignUp{Name: "Bob", Password: storetest.Password, Language: "ru", TimeZone: "Europe/Berlin"}
}

func invite(t *testing.T, s *store.Store, by domain.User, email, token string) domain.Invitation {
	t.Helper()
	i, err := s.Invite(t.Context(), actorOf(by), email, token, domain.SystemLetter{Subject: "s", Body: "b", Language: "en"}, now)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestInvitationsThatCannotBeUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (token string, at time.Time){
		"an unknown one": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			return "other", now
		},
		"one that is too old": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			return "token", now.Add(domain.InvitationValid)
		},
		"one that was withdrawn": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if email, err := s.WithdrawInvitation(t.Context(), actorOf(bob), i.ID); err != nil || email != i.Email {
				t.Fatal(email, err)
			}
			return "token", now
		},
		"one that a new one voids": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if _, err := s.RenewInvitation(t.Context(), actorOf(bob), i.ID, "newer", domain.SystemLetter{}, now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter is blocked": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if _, err := s.BlockUser(t.Context(), domain.Actor{}, ann.ID, "because", now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter has left": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if err := s.LeaveTeam(t.Context(), actorOf(ann), now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one for somebody who is blocked": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			c := storetest.User(t, s, "carol@example.com")
			if _, err := s.BlockUser(t.Context(), domain.Actor{}, c.ID, "because", now); err != nil {
				t.Fatal(err)
			}
			if _, err := s.JoinTeam(t.Context(), actorOf(c), "token", now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("joining: %v", err)
			}
			return "token", now
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t)
			ann, bob := joined(t, s)
			token, at := spoil(t, s, ann, bob, invite(t, s, ann, "carol@example.com", "token"))
			if _, err := s.Invitation(t.Context(), token, at); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("shown: %v", err)
			}
			if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, token, newcomer(), at); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("accepted: %v", err)
			}
		})
	}
}

func TestInvite(t *testing.T) {
	t.Run("refuses what is no address and who is in the team", func(t *testing.T) {
		s := storetest.Open(t)
		ann, _ := joined(t, s)
		for _, email := range []string{"", "bob", "BOB@example.com", "ann@example.com"} {
			var wrong domain.Invalid
			_, err := s.Invite(t.Context(), actorOf(ann), email, "t", domain.SystemLetter{}, now)
			if !errors.As(err, &wrong) || wrong["email"].Key == "" {
				t.Errorf("%q: %v", email, err)
			}
		}
	})
	t.Run("lets 20 letters an hour go, and no more than 50 invitations be open", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		at, made := now, 0
		try := func() error {
			_, err := s.Invite(t.Context(), actorOf(ann), fmt.Sprintf("i%d@example.com", made), fmt.Sprint("token", made), domain.SystemLetter{}, at)
			if err == nil {
				made++
			}
			return err
		}
		for made < 50 {
			err := try()
			var tooMany domain.TooMany
			if !errors.As(err, &tooMany) {
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			if made%20 != 0 || tooMany.RetryAfter != time.Hour {
				t.Fatalf("after %d: %v", made, err)
			}
			at = at.Add(tooMany.RetryAfter)
		}
		if err := try(); !refused(err) {
			t.Errorf("the 51st: %v", err)
		}
		open, err := s.Invitations(t.Context(), ann.TeamID)
		if err != nil || len(open) != 50 {
			t.Fatalf("%d are open, %v", len(open), err)
		}
		if _, err := s.RenewInvitation(t.Context(), actorOf(ann), open[0].ID, "again", domain.SystemLetter{}, at); err != nil {
			t.Errorf("an open one again: %v", err)
		}
		if _, err := s.WithdrawInvitation(t.Context(), actorOf(ann), open[1].ID); err != nil {
			t.Fatal(err)
		}
		if err := try(); err != nil {
			t.Errorf("after one was withdrawn: %v", err)
		}
	})
	t.Run("does not fill one mailbox", func(t *testing.T) {
		s := storetest.Open(t)
		var tooMany domain.TooMany
		for n := range 7 {
			u := storetest.User(t, s, fmt.Sprintf("u%d@example.com", n))
			_, err := s.Invite(t.Context(), actorOf(u), "victim@example.com", fmt.Sprint("token", n), domain.SystemLetter{}, now)
			if (n >= 5) != errors.As(err, &tooMany) {
				t.Errorf("letter %d: %v", n+1, err)
			}
		}
	})
	t.Run("is renewed and withdrawn by the own team alone, and while nobody has used it", func(t *testing.T) {
		s := storetest.Open(t)
		ann, _ := joined(t, s)
		carol := storetest.User(t, s, "carol@example.com")
		i := invite(t, s, ann, "dora@example.com", "token")
		for name, c := range map[string]struct {
			by domain.User
			id int64
		}{"another team": {carol, i.ID}, "one that is used": {ann, i.ID - 1}, "none": {ann, 999}} {
			if _, err := s.RenewInvitation(t.Context(), actorOf(c.by), c.id, "x", domain.SystemLetter{}, now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.WithdrawInvitation(t.Context(), actorOf(c.by), c.id); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
