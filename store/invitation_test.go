package store_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

func TestInvitationsThatCannotBeUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (token string, at time.Time){
		"an unknown one": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			return "other", now
		},
		"an expired one": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			return "token", now.Add(domain.InvitationValid)
		},
		"a withdrawn one": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if email, err := s.WithdrawInvitation(t.Context(), actorOf(bob), i.ID, now); err != nil || email != i.Email {
				t.Fatal(email, err)
			}
			return "token", now
		},
		"one replaced by a new one": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if _, err := s.RenewInvitation(t.Context(), actorOf(bob), i.ID, "newer", domain.SystemLetter{}, now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			return "token", now.Add(time.Hour)
		},
		"one whose inviter is blocked": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if _, err := s.BlockUser(t.Context(), domain.Actor{}, ann.ID, "because", now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter has left": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			passTo(t, s, ann, bob)
			if err := s.LeaveTeam(t.Context(), actorOf(ann), now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter was blocked and unblocked": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			if _, err := s.BlockUser(t.Context(), domain.Actor{}, ann.ID, "because", now); err != nil {
				t.Fatal(err)
			}
			if _, err := s.UnblockUser(t.Context(), domain.Actor{}, ann.ID, now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter was removed": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			passTo(t, s, ann, bob)
			if _, err := s.RemoveMember(t.Context(), actorOf(bob), ann.ID, domain.SystemLetter{}, now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one whose inviter has deleted the account": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
			passTo(t, s, ann, bob)
			if err := s.DeleteAccount(t.Context(), actorOf(ann), store.Leaving{Email: ann.Email, Password: storetest.Password, TeamStays: true}, now); err != nil {
				t.Fatal(err)
			}
			return "token", now
		},
		"one for a blocked user": func(t *testing.T, s *store.Store, ann, bob domain.User, i domain.Invitation) (string, time.Time) {
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
			i := invite(t, s, ann, "carol@example.com", "token")
			token, at := spoil(t, s, ann, bob, i)
			err := s.AskInvitation(t.Context(), i.Link, "asked", "", domain.SystemLetter{}, at)
			if name != "an unknown one" && name != "one for a blocked user" && !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("asked by the link: %v", err)
			}
			if _, err := s.Invitation(t.Context(), "asked", at); name != "an unknown one" && !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("there is a new letter: %v", err)
			}
			if _, err := s.Invitation(t.Context(), token, at); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("shown: %v", err)
			}
			if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, token, newcomer(), at); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("accepted: %v", err)
			}
		})
	}
}

// The token of the link, which the inviter sees, only lets an account with a confirmed address join.
func TestInvitationByItsLink(t *testing.T) {
	t.Run("has a different token than the letter", func(t *testing.T) {
		s := storetest.Open(t)
		i := invite(t, s, storetest.User(t, s, "ann@example.com"), "bob@example.com", "token")
		if raw, err := base64.RawURLEncoding.DecodeString(i.Link); err != nil || len(raw) != 32 {
			t.Errorf("the link has %q, %v", i.Link, err)
		}
		for token, proves := range map[string]bool{"token": true, i.Link: false} {
			if got, err := s.Invitation(t.Context(), token, now); err != nil || got.ID != i.ID || got.Proves != proves || got.Link != "" {
				t.Errorf("%+v, %v", got, err)
			}
		}
	})
	t.Run("creates no account, and leaves an unconfirmed one as it is", func(t *testing.T) {
		s := storetest.Open(t)
		i := invite(t, s, storetest.User(t, s, "ann@example.com"), "bob@example.com", "token")
		accept := func() {
			t.Helper()
			if u, err := s.AcceptInvitation(t.Context(), domain.Actor{}, i.Link, newcomer(), now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%+v, %v", u, err)
			}
		}
		accept()
		now := now.Add(time.Hour) // at most one letter an hour
		signUpAt(t, s, "bob@example.com", "verify", now)
		before, err := s.UserByEmail(t.Context(), "bob@example.com")
		if err != nil {
			t.Fatal(err)
		}
		accept()
		if err := s.AskInvitation(t.Context(), i.Link, "asked", "::1", domain.SystemLetter{}, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if u := reload(t, s, before.ID); u != before {
			t.Errorf("it is %+v, and was %+v", u, before)
		}
		if _, err := confirm(t, s, "verify", "browser of verify", "", now); err != nil {
			t.Errorf("the own letter: %v", err)
		}
	})
	t.Run("requests a new letter, which voids the older one but not the link", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		i := invite(t, s, ann, "BOB@example.com", "token")
		if err := s.AskInvitation(t.Context(), "token", "asked", "::1", domain.SystemLetter{}, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("asked by the letter: %v", err)
		}
		if err := s.AskInvitation(t.Context(), i.Link, "too soon", "::1", domain.SystemLetter{}, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Invitation(t.Context(), "too soon", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("a token that was not sent: %v", err)
		}
		if _, err := s.Invitation(t.Context(), "token", now); err != nil {
			t.Errorf("the letter that is on its way: %v", err)
		}
		now := now.Add(time.Hour)
		if err := s.AskInvitation(t.Context(), i.Link, "asked", "::1", domain.SystemLetter{Subject: "asked"}, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Invitation(t.Context(), "token", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the older letter: %v", err)
		}
		now = now.Add(time.Hour)
		if err := s.AskInvitation(t.Context(), i.Link, "asked again", "::1", domain.SystemLetter{}, now); err != nil {
			t.Errorf("a second time: %v", err)
		}
		u, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "asked again", newcomer(), now)
		if err != nil || u.TeamID != ann.TeamID || u.Email != "BOB@example.com" {
			t.Errorf("%+v, %v", u, err)
		}
		if err := s.AskInvitation(t.Context(), i.Link, "asked", "::1", domain.SystemLetter{}, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("once it is used: %v", err)
		}
	})
	t.Run("mails an account at its own address, a blocked one not at all, and one mailbox once an hour", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		storetest.User(t, s, "bob@example.com")
		blocked := storetest.User(t, s, "blocked@example.com")
		if _, err := s.BlockUser(t.Context(), domain.Actor{}, blocked.ID, "because", now); err != nil {
			t.Fatal(err)
		}
		bob, not := invite(t, s, ann, "BOB@example.com", "token"), invite(t, s, ann, "blocked@example.com", "other")
		now := now.Add(time.Hour)
		file := storetest.OpenFile(t, s.Path())
		before := file.LettersWaiting()
		if err := s.AskInvitation(t.Context(), not.Link, "x", "::1", domain.SystemLetter{}, now); err != nil {
			t.Fatal(err)
		}
		if n := file.LettersWaiting(); n != before {
			t.Errorf("%d letters, and %d before", n, before)
		}
		for n := range 5 {
			if err := s.AskInvitation(t.Context(), bob.Link, fmt.Sprint("asked", n), "::1", domain.SystemLetter{Subject: "asked"}, now); err != nil {
				t.Fatal(err)
			}
		}
		if n := file.LettersWaiting(); n != before+1 {
			t.Errorf("%d letters, and %d before", n, before)
		}
		for l := (domain.SystemLetter{}); l.Subject != "asked"; {
			var err error
			if l, err = s.ClaimLetter(t.Context(), 1, now); err != nil || l.Subject == "asked" && l.To.Email != "bob@example.com" {
				t.Fatalf("%+v, %v", l, err)
			}
		}
	})
	t.Run("admits the invited user with an account, and nobody unconfirmed", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		signUp(t, s, "waiting@example.com", "verify")
		waiting, err := s.UserByEmail(t.Context(), "waiting@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(waiting), invite(t, s, ann, waiting.Email, "w").Link, now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("an account that waits: %v", err)
		}
		bob := storetest.User(t, s, "bob@example.com")
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), invite(t, s, ann, "bob@example.com", "b").Link, now); err != nil {
			t.Error(err)
		}
	})
}

func TestInvite(t *testing.T) {
	t.Run("is forbidden to unconfirmed and blocked users", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		i := invite(t, s, ann, "carol@example.com", "token")
		s.UnverifyForTest(t, ann.ID)
		if _, err := s.BlockUser(t.Context(), domain.Actor{}, bob.ID, "because", now); err != nil {
			t.Fatal(err)
		}
		for _, u := range []domain.User{ann, bob} {
			if _, err := s.Invite(t.Context(), actorOf(u), "dora@example.com", "t", domain.SystemLetter{}, now); !errors.Is(err, domain.ErrForbidden) {
				t.Errorf("%s: %v", u.Email, err)
			}
			if _, err := s.RenewInvitation(t.Context(), actorOf(u), i.ID, "t", domain.SystemLetter{}, now); !errors.Is(err, domain.ErrForbidden) {
				t.Errorf("%s: %v", u.Email, err)
			}
		}
	})

	t.Run("rejects text that is not an address and members of the team", func(t *testing.T) {
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
	t.Run("allows 20 letters an hour and 50 open invitations", func(t *testing.T) {
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
		if _, err := s.RenewInvitation(t.Context(), actorOf(ann), open[49].ID, "again", domain.SystemLetter{}, at); err != nil {
			t.Errorf("an open one again: %v", err)
		}
		var soon domain.TooMany
		if _, err := s.RenewInvitation(t.Context(), actorOf(ann), open[49].ID, "again", domain.SystemLetter{}, at); !errors.As(err, &soon) {
			t.Errorf("again at once: %v", err)
		}
		if _, err := s.WithdrawInvitation(t.Context(), actorOf(ann), open[1].ID, now); err != nil {
			t.Fatal(err)
		}
		if err := try(); err != nil {
			t.Errorf("after one was withdrawn: %v", err)
		}
	})
	t.Run("cannot flood one mailbox", func(t *testing.T) {
		s := storetest.Open(t)
		at := now
		for n, email := range []string{"victim@gmail.com", "vic.tim@gmail.com", "VICTIM+2@googlemail.com", "victim@gmail.com", "victim+x@gmail.com"} {
			u := storetest.User(t, s, fmt.Sprintf("u%d@example.com", n))
			for _, email := range []string{email, fmt.Sprintf("victim+%d@gmail.com", n)} { // the second one of each comes too soon
				if _, err := s.Invite(t.Context(), actorOf(u), email, fmt.Sprint(n, at), domain.SystemLetter{}, at); err != nil {
					t.Errorf("letter %d: %v", n+1, err)
				}
				at = at.Add(59 * time.Minute)
			}
		}
		if n := storetest.OpenFile(t, s.Path()).LettersWaiting(); n != 3 {
			t.Errorf("%d letters", n)
		}
	})
	t.Run("is renewed and withdrawn only by its own team, and only while unused", func(t *testing.T) {
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
			if _, err := s.WithdrawInvitation(t.Context(), actorOf(c.by), c.id, now); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
