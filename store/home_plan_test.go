package store

import (
	"strings"
	"testing"
)

// However many runs and mailings there are, of this team and of others, a home page reads only what it shows.
func TestActivityPlan(t *testing.T) {
	s := opened(t)
	for _, c := range []struct {
		name, index string
		query       query
		args        []any
	}{
		{"what goes out now", "INDEX runs_team_active (team_id=?)", sendingRows, []any{1, shownSending}},
		{"what goes out next", "INDEX mailings_next (team_id=? AND next_at>?)", nextRows, []any{1, shownNext}},
		{"the latest", "INDEX runs_team (team_id=?)", latestRows, []any{1, recentRuns, shownLatest}},
	} {
		plan := planOf(t, s, c.query, c.args...)
		if !strings.Contains(plan, c.index) || strings.Contains(plan, "SCAN") {
			t.Errorf("%s: %s", c.name, plan)
		}
		if strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") && c.index != "INDEX runs_team (team_id=?)" {
			t.Errorf("%s is sorted after reading all of it: %s", c.name, plan)
		}
	}
}
