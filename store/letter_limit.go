package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"postrider/domain"
)

// pool is what the letters are counted in that have the same cap.
type pool string

const (
	poolStrangers pool = "strangers" // to those who have no confirmed account, caused by anybody
	poolAccounts  pool = "accounts"  // to those who have one, caused by anybody
	poolMembers   pool = "members"   // to others, caused by who has one
)

// poolCaps are how many letters go out of a pool a day.
var poolCaps = map[pool]int{poolStrangers: domain.StrangerLettersADay, poolAccounts: domain.AccountLettersADay,
	poolMembers: domain.StrangerLettersADay}

// cause is what a system letter to somebody is about to be sent for.
type cause struct {
	pool    pool
	to      domain.Address
	userID  int64  // of the confirmed account that has the address; 0 without one
	address string // network address of who has asked
}

// asked is the cause of a letter that anybody can ask for, to the address of u, who is nobody when there is no account.
func asked(to domain.Address, u domain.User, address string) cause {
	if u.Verified() {
		return cause{pool: poolAccounts, to: to, userID: u.ID, address: address}
	}
	return cause{pool: poolStrangers, to: to, address: address}
}

// countLetter counts a letter that somebody causes, in the transaction that puts it into the outbox. It reports whether the
// letter may go: when it may not, nothing is counted, and nobody is told. id is that of the count.
func countLetter(ctx context.Context, tx transaction, c cause, now time.Time) (id int64, ok bool, err error) {
	if ok, err = mailboxTakes(ctx, tx, c, now); err != nil || !ok {
		return 0, false, err
	}
	wait, err := poolFull(ctx, tx, c, now)
	if err != nil || wait > 0 {
		return 0, false, err
	}
	err = tx.row(ctx, `INSERT INTO letter_counts (at, pool, mailbox, organization, network) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		now.UnixMilli(), c.pool, hashOf(c.to.Mailbox()), organization(c.to), domain.LetterNetwork(c.address)).Scan(&id)
	return id, err == nil, err
}

// organization is the domain that somebody has registered, of an address: below it there may be as many as its owner likes.
func organization(a domain.Address) string {
	_, host, _ := strings.Cut(a.Mailbox(), "@")
	if registered, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return registered
	}
	return host
}

// mailboxTakes reports whether one more letter may go to a mailbox.
func mailboxTakes(ctx context.Context, tx transaction, c cause, now time.Time) (bool, error) {
	var hour, day int
	err := tx.row(ctx, `SELECT count(CASE WHEN at > $1 THEN 1 END), count(*) FROM letter_counts
		WHERE mailbox = $2 AND at > $3`, now.Add(-time.Hour).UnixMilli(), hashOf(c.to.Mailbox()),
		now.Add(-domain.LetterCounterKept).UnixMilli()).Scan(&hour, &day)
	if err != nil || hour >= domain.MailboxLettersAnHour || day >= domain.MailboxLettersADay {
		return false, err
	}
	if c.userID == 0 || day < domain.OwnLettersADay {
		return true, nil
	}
	var known bool // whether the account's owner has signed in from there
	err = tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM audit WHERE actor_id = $1 AND action = $2 AND address = $3)`,
		c.userID, domain.AuditSignIn, c.address).Scan(&known)
	return known, err
}

// poolFull is how long to wait until one more letter may go out of a pool, from that network and to that organization.
func poolFull(ctx context.Context, tx transaction, c cause, now time.Time) (wait time.Duration, err error) {
	var all, near, same int
	var first time.Time
	err = tx.row(ctx, `SELECT count(*), count(CASE WHEN organization = $1 THEN 1 END),
		count(CASE WHEN network = $2 THEN 1 END), coalesce(min(at), 0) FROM letter_counts WHERE pool = $3 AND at > $4`,
		organization(c.to), domain.LetterNetwork(c.address), c.pool, now.Add(-domain.LetterCounterKept).UnixMilli()).
		Scan(&all, &same, &near, instant{&first})
	if err != nil || all < poolCaps[c.pool] && same < domain.DomainLettersADay &&
		(near < domain.NetworkLettersADay || c.pool == poolMembers) { // who is known by more than a network
		return 0, err
	}
	return max(time.Second, first.Add(domain.LetterCounterKept).Sub(now)), nil
}
