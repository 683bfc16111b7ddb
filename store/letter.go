package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"postrider/domain"
)

// insertLetter adds a letter to the outbox, due at once, and returns its id. Its text may contain a token, so it is
// sealed.
func insertLetter(ctx context.Context, tx transaction, l domain.SystemLetter, now time.Time) (id int64, err error) {
	body, err := sealBody(ctx, tx, l.Body)
	if err != nil {
		return 0, err
	}
	err = tx.row(ctx, `INSERT INTO outbox (key, email, name, subject, body, language, state, next_at,
		expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9) RETURNING id`,
		NewToken()[:16], l.To.Email, l.To.Name, l.Subject, body, l.Language, now.UnixMilli(), l.ExpiresAt.UnixMilli(),
		now.UnixMilli()).Scan(&id)
	return id, err
}

// sendLetter is insertLetter for a letter that will not be dropped.
func sendLetter(ctx context.Context, tx transaction, l domain.SystemLetter, now time.Time) error {
	_, err := insertLetter(ctx, tx, l, now)
	return err
}

// dropLetter removes a letter that this transaction has added to the outbox.
func dropLetter(ctx context.Context, tx transaction, id int64) error {
	_, err := tx.exec(ctx, `DELETE FROM outbox WHERE id = $1`, id)
	return err
}

// ClaimLetter takes the next due system letter and marks it as on the wire; ErrNotFound when there is none. Letters
// that are too old expire. ErrReplaced means that another sender has taken over since the epoch.
func (s *Store) ClaimLetter(ctx context.Context, epoch int64, now time.Time) (l domain.SystemLetter, err error) {
	err = s.txNow(ctx, func(tx transaction) error {
		if err := s.checkSender(ctx, tx, epoch); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE outbox SET state = 'expired', body = ''
			WHERE state = 'waiting' AND expires_at <= $1`, now.UnixMilli())
		if err != nil {
			return err
		}
		taken, err := collect(tx.rows(ctx, `UPDATE outbox SET state = 'claimed', on_wire = TRUE, date = coalesce(date, $1),
			epoch = $2 WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND next_at <= $1
				ORDER BY next_at, id LIMIT 1)
			RETURNING id, key, email, name, subject, body, language, tries, uncertain, next_at, date, expires_at, created_at`,
			now.UnixMilli(), epoch), scanLetter)
		if err != nil || len(taken) == 0 {
			return err
		}
		l = taken[0]
		l.Body, err = openBody(ctx, tx, l.Body)
		return err
	})
	if err == nil && l.ID == 0 {
		err = domain.ErrNotFound
	}
	return l, err
}

func scanLetter(row scanner) (l domain.SystemLetter, err error) {
	err = row.Scan(&l.ID, &l.Key, &l.To.Email, &l.To.Name, &l.Subject, &l.Body, &l.Language, &l.Tries, &l.Uncertain,
		instant{&l.NextAt}, instant{&l.Date}, instant{&l.ExpiresAt}, instant{&l.CreatedAt})
	return l, err
}

// LetterDone records the outcome of a claimed system letter. It keeps only the relay's codes and not its words, because
// no team owns the letter and could read them. The text of a letter that is not retried is erased, because it may
// contain a token.
func (s *Store) LetterDone(ctx context.Context, epoch int64, l domain.SystemLetter, res domain.Result, next domain.Step) error {
	tries := l.Tries
	if next.Counts {
		tries++
	}
	uncertain := l.Uncertain
	if res.Outcome == domain.OutcomeUncertain {
		uncertain++
	}
	return s.txNow(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE outbox SET state = $1, on_wire = FALSE, next_at = $2, tries = $3, uncertain = $4,
			reply = $5, body = CASE WHEN $1 = 'waiting' THEN body ELSE '' END
			WHERE id = $6 AND epoch = $7 AND state = 'claimed'`,
			next.State, next.NextAt.UnixMilli(), tries, uncertain, res.Reply.Codes(), l.ID, epoch)
		return err
	})
}

// forgetLetters removes the recipient from the finished letters to an address.
func forgetLetters(ctx context.Context, tx transaction, envelope string) error {
	_, err := tx.exec(ctx, `UPDATE outbox SET email = '', name = '', subject = ''
		WHERE email = $1 AND state <> 'waiting' AND state <> 'claimed'`, envelope)
	return err
}

// LettersDue is how many system letters can go now.
func (s *Store) LettersDue(ctx context.Context, now time.Time) (n int, err error) {
	err = s.read.row(ctx, `SELECT count(*) FROM outbox WHERE state = 'waiting' AND next_at <= $1`,
		now.UnixMilli()).Scan(&n)
	return n, mapError(err)
}

// pool is a group of letters that share a cap.
type pool string

const (
	poolStrangers pool = "strangers" // to people without a confirmed account, caused by anyone
	poolAccounts  pool = "accounts"  // to people with one, caused by anyone
	poolMembers   pool = "members"   // to others, caused by someone with one
)

// poolCaps are the daily caps of the pools.
var poolCaps = map[pool]int{poolStrangers: domain.StrangerLettersADay, poolAccounts: domain.AccountLettersADay,
	poolMembers: domain.StrangerLettersADay}

// cause is the reason for a system letter that is about to be sent.
type cause struct {
	pool    pool
	to      domain.Address
	userID  int64  // the confirmed account with the address; 0 without one
	address string // network address of the request
}

// asked is the cause of a letter that anyone can request, to the address of u; without an account, u is zero.
func asked(to domain.Address, u domain.User, address string) cause {
	if u.Verified() {
		return cause{pool: poolAccounts, to: to, userID: u.ID, address: address}
	}
	return cause{pool: poolStrangers, to: to, address: address}
}

// countLetter counts a letter that someone causes, in the transaction that adds it to the outbox. It returns the id of
// the count, and reports whether the letter may go. If not, nothing is counted and nobody is told.
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

// organization is the registered domain of an address. Its owner can create any number of names below it.
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
		(near < domain.NetworkLettersADay || c.pool == poolMembers) { // members are identified by more than a network
		return 0, err
	}
	return max(time.Second, first.Add(domain.LetterCounterKept).Sub(now)), nil
}
