package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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

func TestAcceptInvitation(t *testing.T) {
	t.Run("makes a verified user in the team, once", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := joined(t, s)
		if bob.TeamID != ann.TeamID || bob.Role != domain.RoleUser || !bob.Verified() || bob.Email != "bob@example.com" ||
			bob.Name != "Bob" || bob.Language != "ru" || bob.TimeZone != "Europe/Berlin" {
			t.Errorf("the user is %+v", bob)
		}
		if u, err := s.SignIn(t.Context(), "bob@example.com", storetest.Password, "", now); err != nil || u.ID != bob.ID {
			t.Errorf("signing in gave %+v, %v", u, err)
		}
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of bob", newcomer(), now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the second time: %v", err)
		}
		if open, err := s.Invitations(t.Context(), ann.TeamID); err != nil || len(open) != 0 {
			t.Errorf("still open: %+v, %v", open, err)
		}
		if got := lines(t, s, domain.AuditJoin); len(got) != 1 || got[0] != "bob@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
		if got := lines(t, s, domain.AuditInvite); len(got) != 1 || got[0] != "ann@example.com: bob@example.com (User ann@example.com)" {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("makes one user of many who accept at once", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		invite(t, s, ann, "bob@example.com", "token")
		var all sync.WaitGroup
		var came atomic.Int32
		for range 8 {
			all.Go(func() {
				if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); err == nil {
					came.Add(1)
				} else if !errors.Is(err, domain.ErrNotFound) {
					t.Errorf("one of the others: %v", err)
				}
			})
		}
		all.Wait()
		if members, err := s.Members(t.Context(), ann.TeamID); err != nil || len(members) != 2 || came.Load() != 1 {
			t.Errorf("%d came, %d members, %v", came.Load(), len(members), err)
		}
	})
	t.Run("leaves the invitation usable when what was typed is wrong", func(t *testing.T) {
		s := storetest.Open(t)
		invite(t, s, storetest.User(t, s, "ann@example.com"), "bob@example.com", "token")
		bad := newcomer()
		bad.Password = "short"
		var wrong domain.Invalid
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", bad, now); !errors.As(err, &wrong) || wrong["password"].Key == "" {
			t.Errorf("got %v", err)
		}
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); err != nil {
			t.Error(err)
		}
	})
	t.Run("takes over an account that nobody has confirmed, and its password", func(t *testing.T) {
		s := storetest.Open(t)
		ann := storetest.User(t, s, "ann@example.com")
		squat := domain.SignUp{Email: "Bob@example.com", Name: "Mallory", Password: "the password of mallory", Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), squat, store.Joining{Token: "verify"}, now); err != nil {
			t.Fatal(err)
		}
		old, err := s.UserByEmail(t.Context(), "bob@example.com")
		if err != nil {
			t.Fatal(err)
		}
		invite(t, s, ann, "bob@example.com", "token")
		bob, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now)
		if err != nil || bob.ID != old.ID || bob.TeamID != ann.TeamID || bob.Name != "Bob" || !bob.Verified() {
			t.Fatalf("%+v, %v", bob, err)
		}
		if _, err := s.SignIn(t.Context(), "bob@example.com", squat.Password, "", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old password: %v", err)
		}
		if err := s.Verify(t.Context(), "verify", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old letter: %v", err)
		}
		if _, err := s.Team(t.Context(), old.TeamID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old team: %v", err)
		}
	})
	t.Run("gives nobody a role: an account that has one is confirmed by its own letter", func(t *testing.T) {
		s := storetest.Open(t)
		first := domain.SignUp{Email: "first@example.com", Password: storetest.Password, Language: "en", TimeZone: "UTC"}
		if err := s.SignUp(t.Context(), first, store.Joining{Token: "verify"}, now); err != nil { // becomes admin
			t.Fatal(err)
		}
		mallory := storetest.User(t, s, "mallory@example.com")
		invite(t, s, mallory, "first@example.com", "token")
		if u, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); !refused(err) {
			t.Errorf("got %+v, %v", u, err)
		}
		if err := s.Verify(t.Context(), "verify", now); err != nil {
			t.Errorf("the own letter: %v", err)
		}
	})
	t.Run("is not for an address that has an account, and leaves the invitation to that", func(t *testing.T) {
		s := storetest.Open(t)
		ann, bob := storetest.User(t, s, "ann@example.com"), storetest.User(t, s, "bob@example.com")
		invite(t, s, ann, "bob@example.com", "token")
		if _, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token", newcomer(), now); !refused(err) {
			t.Errorf("got %v", err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
	})
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

func TestJoinTeam(t *testing.T) {
	setUp := func(t *testing.T) (s *store.Store, ann, bob domain.User) {
		s = storetest.Open(t)
		ann, bob = storetest.User(t, s, "ann@example.com"), storetest.User(t, s, "bob@example.com")
		invite(t, s, ann, "Bob@example.com", "token")
		return s, ann, bob
	}
	t.Run("moves a user over, and the empty team goes", func(t *testing.T) {
		s, ann, bob := setUp(t)
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Fatal(err)
		}
		if u := reload(t, s, bob.ID); u.TeamID != ann.TeamID {
			t.Errorf("in team %d", u.TeamID)
		}
		if _, err := s.Team(t.Context(), bob.TeamID); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("the old team: %v", err)
		}
		for more := true; more; {
			var err error
			if more, err = s.DeleteSome(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := lines(t, s, domain.AuditJoin); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
	t.Run("refuses while something would be left with nobody, and does not use the invitation up", func(t *testing.T) {
		s, ann, bob := setUp(t)
		cl := storetest.Client(t, s, bob.TeamID, "left@example.com")
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); !refused(err) {
			t.Errorf("got %v", err)
		}
		if err := s.DeleteClient(t.Context(), actorOf(bob), cl.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
		if u := reload(t, s, bob.ID); u.TeamID != ann.TeamID {
			t.Errorf("in team %d", u.TeamID)
		}
	})
	t.Run("lets go whose colleague looks after the rest", func(t *testing.T) {
		s, _, bob := setUp(t)
		storetest.Client(t, s, bob.TeamID, "left@example.com")
		invite(t, s, bob, "carol@example.com", "token of carol")
		carol, err := s.AcceptInvitation(t.Context(), domain.Actor{}, "token of carol", newcomer(), now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.JoinTeam(t.Context(), actorOf(bob), "token", now); err != nil {
			t.Error(err)
		}
		if _, err := s.Team(t.Context(), carol.TeamID); err != nil {
			t.Errorf("the old team: %v", err)
		}
	})
	t.Run("is for the invited address alone", func(t *testing.T) {
		s, _, _ := setUp(t)
		carol := storetest.User(t, s, "carol@example.com")
		if _, err := s.JoinTeam(t.Context(), actorOf(carol), "token", now); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Invitation(t.Context(), "token", now); err != nil {
			t.Errorf("it is used up: %v", err)
		}
	})
}

// As many clients come in as may, also when many come at once.
func TestClientQuotaAtOnce(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "ann@example.com")
	setQuota(t, s, u.TeamID, domain.Quota{MaxClients: limit(5)})
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			var wrong domain.Invalid
			_, err := s.CreateClient(t.Context(), domain.Client{TeamID: u.TeamID, Email: fmt.Sprintf("c%d@example.com", n)}, now)
			if err != nil && !errors.As(err, &wrong) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if page, err := s.Clients(t.Context(), u.TeamID, store.ClientQuery{}); err != nil || page.Total != 5 {
		t.Errorf("%d clients, %v", page.Total, err)
	}
}
