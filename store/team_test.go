package store_test

import (
	"errors"
	"testing"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestTeamName(t *testing.T) {
	s := storetest.Open(t)
	u := storetest.User(t, s, "ann@example.com")
	if err := s.NameTeam(t.Context(), actorOf(u), "  Bäckerei  ", now); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Team(t.Context(), u.TeamID); err != nil || got.Name != "Bäckerei" {
		t.Errorf("the team is %+v, %v", got, err)
	}
	var wrong domain.Invalid
	for _, name := range []string{"", " ", "a\nb", string(make([]rune, 101))} {
		if err := s.NameTeam(t.Context(), actorOf(u), name, now); !errors.As(err, &wrong) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := s.Team(t.Context(), 999); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a team that is not there: %v", err)
	}
}
