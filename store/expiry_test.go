package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postrider/domain"
)

// What strangers can make grow is deleted in chunks when its time is over, and nothing is deleted early.
func TestExpire(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	const many = 2*expireChunk + 10
	s := opened(t)
	series := func(insert query, args ...any) {
		t.Helper()
		s.set(t, `WITH RECURSIVE counted (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i + 1 < $1) `+insert, append([]any{many}, args...)...)
	}
	const ms, hour, day = 1, 60 * 60 * 1000, 24 * 60 * 60 * 1000
	now := at.UnixMilli()
	s.set(t, `INSERT INTO teams (id, name, created_at) VALUES (1, 'Ann', 1)`)
	s.set(t, `INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, verified_at, created_at)
		VALUES (1, 1, 'ann@example.com', 'ann@example.com', '', 'user', 'en', 'UTC', 'x', 1, 1)`)
	series(`INSERT INTO throttles (name, failures, until, seen_at) SELECT 'x' || i, 1, 0, $2 FROM counted`, now)
	series(`INSERT INTO letter_counts (at, pool, mailbox, organization, network) SELECT $2, 'strangers', x'00', '', '' FROM counted`, now+hour)
	series(`INSERT INTO tokens (hash, kind, user_id, expires_at, used_at) SELECT CAST('t' || i AS BLOB), 'verify', 1, $2, CASE WHEN i % 2 = 0 THEN 1 END FROM counted`, now+2*day)
	series(`INSERT INTO sessions (hash, user_id, kept, agent, address, created_at, seen_at) SELECT CAST('s' || i AS BLOB), 1, '{}', '', '', $2, $2 FROM counted`, now)
	series(`INSERT INTO invitations (team_id, invited_by, email, email_key, hash, created_at, expires_at) SELECT 1, 1, '', 'k' || i, CAST(i AS BLOB), 1, $2 FROM counted`, now+day)
	series(`INSERT INTO outbox (key, email, name, subject, body, language, state, next_at, expires_at, created_at)
		SELECT 'k', 'x@example.com', '', 's', 'a token', 'en', CASE WHEN i % 2 = 0 THEN 'waiting' ELSE 'sent' END, 1, $2, $2 FROM counted`, now)
	series(`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) SELECT $2, 0, '', '192.0.2.1', 'sign-in failed', '', '' FROM counted`, now)
	series(`INSERT INTO teams (id, name, created_at) SELECT 100 + i, 'begun', $2 FROM counted`, now)
	series(`INSERT INTO users (id, team_id, email, email_key, name, role, language, time_zone, password_hash, created_at)
		SELECT 100 + i, 100 + i, 'b' || i, 'b' || i, '', 'user', 'en', 'UTC', 'x', $2 FROM counted`, now)
	series(`INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) SELECT $2, 100 + i, 'b' || i, '', 'sign-up', '', '' FROM counted`, now)
	s.set(t, `INSERT INTO audit (at, actor_id, actor, address, action, subject, detail) VALUES ($1, 1, 'ann', '192.0.2.9', 'sign-in', '', '')`, now)
	s.set(t, `UPDATE users SET blocked_at = 1 WHERE id = 100`)
	s.set(t, `INSERT INTO tokens (hash, kind, user_id, expires_at) VALUES (x'01', 'verify', 101, $1)`, now+5*day)
	for _, c := range []struct {
		what, count query
		kept, left  int64 // in milliseconds, and how many stay for good
	}{
		{"the text of a letter that is never sent", `SELECT count(*) FROM outbox WHERE body <> '' AND state = 'waiting'`, 0, 0},
		{"idle sessions", `SELECT count(*) FROM sessions`, 12 * hour, 0},
		{"throttles", `SELECT count(*) FROM throttles`, day + ms, 0},
		{"counted letters", `SELECT count(*) FROM letter_counts`, day + hour + ms, 0},
		{"tokens", `SELECT count(*) FROM tokens WHERE user_id = 1`, 2 * day, 0},
		{"unconfirmed users, except blocked ones and those with a letter", `SELECT count(*) FROM users WHERE verified_at IS NULL`, 3*day + ms, 2},
		{"that with the letter", `SELECT count(*) FROM users WHERE verified_at IS NULL`, 5 * day, 1},
		{"letters", `SELECT count(*) FROM outbox`, 7*day + ms, 0},
		{"failed sign-ins", `SELECT count(*) FROM audit WHERE action = 'sign-in failed'`, 30*day + ms, 0},
		{"invitations", `SELECT count(*) FROM invitations`, 31*day + ms, 0},
		{"network addresses", `SELECT count(*) FROM audit WHERE address <> ''`, 90*day + ms, 0},
	} {
		over := at.Add(time.Duration(c.kept) * time.Millisecond)
		before := s.count(t, c.count)
		s.expire(t, over.Add(-time.Millisecond))
		if n := s.count(t, c.count); n != before || int64(before) == c.left {
			t.Errorf("%s: %d of %d are left a moment too early", c.what, n, before)
		}
		steps := s.expire(t, over)
		if n := s.count(t, c.count); int64(n) != c.left {
			t.Errorf("%s: %d are left, want %d", c.what, n, c.left)
		}
		if before > expireChunk && steps < 2 {
			t.Errorf("%s: %d rows in %d steps", c.what, before, steps)
		}
	}
	for more := true; more; {
		var err error
		if more, err = s.DeleteSome(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if users, teams, audit := s.count(t, `SELECT count(*) FROM users`), s.count(t, `SELECT count(*) FROM teams`), s.count(t, `SELECT count(*) FROM audit`); users != 2 || teams != 2 || audit != 2 {
		t.Errorf("%d users, %d teams and %d lines of the audit log are left", users, teams, audit)
	}
}

// No deleting statement scans a table most of which stays.
func TestExpiryFindsByIndex(t *testing.T) {
	s := opened(t)
	for _, e := range expired {
		plan := planOf(t, s, e.delete, 1, 1)
		for line := range strings.SplitSeq(plan, "; ") {
			if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "outbox_due") || strings.Contains(line, "TEMP B-TREE") {
				t.Errorf("%s: %s", e.delete, plan)
			}
		}
	}
}

// Failed sign-ins from ever-changing networks leave a bounded number of entries, and none is lost: the rest are
// counted.
func TestFailedSignInsAreBounded(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	s := opened(t)
	note := func(address string, n int) {
		t.Helper()
		for i := range n {
			if err := s.noteFailure(t.Context(), fmt.Sprintf("u%d@example.com", i), "", address, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	lines := func() (one, more int) {
		return s.count(t, `SELECT count(*) FROM audit WHERE action = 'sign-in failed'`), s.count(t, `SELECT coalesce(sum(CAST(detail AS INTEGER)), 0) FROM audit WHERE action = 'more sign-ins failed'`)
	}
	for i := range 3 { // three addresses in one /48
		note(fmt.Sprintf("2001:db8:1:%d::/64", i), 20)
	}
	if one, more := lines(); one != domain.FailuresLoggedOfNetwork || more != 60-one {
		t.Errorf("of one network %d lines, and %d more", one, more)
	}
	at = at.Add(time.Hour)
	s.set(t, `UPDATE throttles SET failures = $1 WHERE name = 'failures'`, domain.FailuresLogged-1)
	note("192.0.2.1", 1)
	note("198.51.100.1", 1)
	if one, more := lines(); one != domain.FailuresLoggedOfNetwork+1 || more != 41 {
		t.Errorf("of the day %d lines, and %d more", one, more)
	}
	if n := s.count(t, `SELECT count(*) FROM audit`); n != domain.FailuresLoggedOfNetwork+2 {
		t.Errorf("%d lines in all", n)
	}
	at = at.Add(24 * time.Hour)
	note("192.0.2.1", 1)
	if one, more := lines(); one != domain.FailuresLoggedOfNetwork+2 || more != 41 {
		t.Errorf("on the next day %d lines, and %d more", one, more)
	}
	if d := domain.AuditSignInsFailed; d != "more sign-ins failed" {
		t.Errorf("the statement and the action %q differ", d)
	}
}
