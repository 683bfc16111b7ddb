package domain

import (
	"strconv"
	"strings"
	"time"
)

// Quota is how much a team may keep, send and do, and how much of that is used. A nil limit means unlimited.
type Quota struct {
	MaxClients     *int
	MaxLetters     *int // of mailings, per UTC day
	MaxMegabytes   *int // of stored text, in millions of bytes; see Bytes
	MaxMembers     *int
	MaxInvitations *int // open ones
	MaxWrites      *int // per minute

	Clients     int
	SentToday   int   // mailing letters that have, or may have, gone out this UTC day
	Bytes       int64 // clients, messages, mailings, and runs with their recipients and logs
	Members     int
	Invitations int
}

// NewTeamQuota are the limits of a team created by a stranger's sign-up. Limits gives the reasons.
func NewTeamQuota() Quota {
	limit := func(n int) *int { return &n }
	return Quota{MaxClients: limit(NewTeamClients), MaxLetters: limit(NewTeamLetters), MaxMegabytes: limit(NewTeamMegabytes),
		MaxMembers: limit(NewTeamMembers), MaxInvitations: limit(NewTeamInvitations), MaxWrites: limit(NewTeamWrites)}
}

// What a stranger's team may keep, send and do until an admin raises the limits.
const (
	NewTeamClients     = 1000
	NewTeamLetters     = 200 // of mailings, per UTC day
	NewTeamMegabytes   = 50
	NewTeamMembers     = 5
	NewTeamInvitations = 5
	NewTeamWrites      = 60 // per minute
)

// UserWrites is how many times a minute a user may save something, in any team.
const UserWrites = 600

// QuotaLimit is one limit of a Quota, under the name used in forms, the database and the audit log.
type QuotaLimit struct {
	Name  string
	Limit **int
}

// Limits are pointers to all limits of the quota, for reading and setting.
func (q *Quota) Limits() []QuotaLimit {
	return []QuotaLimit{{"max_clients", &q.MaxClients}, {"max_letters", &q.MaxLetters}, {"max_megabytes", &q.MaxMegabytes},
		{"max_members", &q.MaxMembers}, {"max_invitations", &q.MaxInvitations}, {"max_writes", &q.MaxWrites}}
}

// Tightest takes the smaller limit of each kind from both quotas. Nothing of it is used.
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

// Spent reports whether today's letters are used up.
func (q Quota) Spent() bool { return q.MaxLetters != nil && q.SentToday >= *q.MaxLetters }

// String lists the limits for the audit log.
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

// Bucket is a token bucket for writes. It holds at most a minute's worth, and refills over time.
type Bucket struct {
	left float64
	at   time.Time // when it was last refilled
}

// Take takes one of perMinute writes out of the bucket, or returns how long to wait for the next one.
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

// Idle reports whether nothing has been taken for a minute, so the bucket is full again.
func (b *Bucket) Idle(now time.Time) bool { return now.Sub(b.at) >= time.Minute }
