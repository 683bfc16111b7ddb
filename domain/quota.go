package domain

import (
	"strconv"
	"strings"
	"time"
)

// Quota is how much a team may keep, send and do, and how much of that is used up. A nil limit is none.
type Quota struct {
	MaxClients     *int
	MaxLetters     *int // of mailings, a day of UTC
	MaxMegabytes   *int // of stored text, in millions of bytes; see Bytes
	MaxMembers     *int
	MaxInvitations *int // that are open
	MaxWrites      *int // a minute

	Clients     int
	SentToday   int   // letters of mailings that have gone out on this day of UTC, or may have
	Bytes       int64 // clients, messages, mailings, and the runs with their recipients and log
	Members     int
	Invitations int
}

// NewTeamQuota are the limits of a team that a stranger makes by signing up. Limits gives the reasons.
func NewTeamQuota() Quota {
	limit := func(n int) *int { return &n }
	return Quota{MaxClients: limit(NewTeamClients), MaxLetters: limit(NewTeamLetters), MaxMegabytes: limit(NewTeamMegabytes),
		MaxMembers: limit(NewTeamMembers), MaxInvitations: limit(NewTeamInvitations), MaxWrites: limit(NewTeamWrites)}
}

// What a team of a stranger may keep, send and do until an admin has raised it.
const (
	NewTeamClients     = 1000
	NewTeamLetters     = 200 // of mailings, a day of UTC
	NewTeamMegabytes   = 50
	NewTeamMembers     = 5
	NewTeamInvitations = 5
	NewTeamWrites      = 60 // a minute
)

// UserWrites is how often a user may save something, a minute, in whatever team.
const UserWrites = 600

// QuotaLimit is one limit of a Quota, by the name that it has in forms, in the database and in the audit log.
type QuotaLimit struct {
	Name  string
	Limit **int
}

// Limits are all limits of the quota, to be read and set.
func (q *Quota) Limits() []QuotaLimit {
	return []QuotaLimit{{"max_clients", &q.MaxClients}, {"max_letters", &q.MaxLetters}, {"max_megabytes", &q.MaxMegabytes},
		{"max_members", &q.MaxMembers}, {"max_invitations", &q.MaxInvitations}, {"max_writes", &q.MaxWrites}}
}

// Tightest are the limits of both: the smaller one of each kind. Nothing is used up of them.
func (q Quota) Tightest(other Quota) (out Quota) {
	mine, theirs, both := q.Limits(), other.Limits(), out.Limits()
	for i := range both {
		a, b := *mine[i].Limit, *theirs[i].Limit
		if a == nil || b != nil && *b < *a {
			a = b
		}
		*both[i].Limit = a
	}
	return out
}

// Limited reports whether there is any limit.
func (q Quota) Limited() bool {
	for _, l := range q.Limits() {
		if *l.Limit != nil {
			return true
		}
	}
	return false
}

// Spent reports whether the letters of this day are used up.
func (q Quota) Spent() bool { return q.MaxLetters != nil && q.SentToday >= *q.MaxLetters }

// Full reports whether the team keeps as much text as it may.
func (q Quota) Full() bool {
	return q.MaxMegabytes != nil && q.Bytes >= int64(*q.MaxMegabytes)*1_000_000
}

// String is the limits for the audit log.
func (q Quota) String() string {
	var all []string
	for _, l := range q.Limits() {
		value := "none"
		if *l.Limit != nil {
			value = strconv.Itoa(**l.Limit)
		}
		all = append(all, l.Name+"="+value)
	}
	return strings.Join(all, " ")
}

// Bucket holds the writes that somebody may make: a minute's worth at most, and each comes back in time (a token bucket).
type Bucket struct {
	left float64
	at   time.Time // when it was looked into last
}

// Take takes one of perMinute writes out of the bucket, or says how long to wait for the next.
func (b *Bucket) Take(perMinute int, now time.Time) (wait time.Duration, ok bool) {
	rate := float64(perMinute) / time.Minute.Seconds()
	b.left = min(float64(perMinute), b.left+rate*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	if b.left >= 1 {
		b.left--
		return 0, true
	}
	if perMinute == 0 {
		return time.Minute, false
	}
	return time.Duration((1 - b.left) / rate * float64(time.Second)), false
}

// Idle reports whether nothing has been taken for a minute, so that the bucket is as good as a new one.
func (b *Bucket) Idle(now time.Time) bool { return now.Sub(b.at) >= time.Minute }
