package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"postrider/domain"
)

// insertLetter puts a letter into the outbox, due at once, and returns its id. Its text, which may hold a token, is sealed.
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

// sendLetter is insertLetter for a letter that stays in the outbox.
func sendLetter(ctx context.Context, tx transaction, l domain.SystemLetter, now time.Time) error {
	_, err := insertLetter(ctx, tx, l, now)
	return err
}

// dropLetter takes a letter back that this transaction has put into the outbox.
func dropLetter(ctx context.Context, tx transaction, id int64) error {
	_, err := tx.exec(ctx, `DELETE FROM outbox WHERE id = $1`, id)
	return err
}

// ClaimLetter takes the next system letter that is due and marks it as on the wire; ErrNotFound when there is none.
// Those that are too old expire. ErrReplaced says that another sender has taken over since the epoch.
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

// LetterDone writes down what became of a claimed system letter: of the relay's words only the codes, because it belongs to
// no team that might read them. The text of one that is not tried again is erased, because it may hold a token.
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

// forgetLetters takes out of the outbox to whom the letters to an address went that are gone.
func forgetLetters(ctx context.Context, tx transaction, envelope string) error {
	_, err := tx.exec(ctx, `UPDATE outbox SET email = '', name = '', subject = ''
		WHERE email = $1 AND state <> 'waiting' AND state <> 'claimed'`, envelope)
	return err
}

// LettersWaiting is how many system letters are not gone yet.
func (s *Store) LettersWaiting(ctx context.Context) (n int, err error) {
	err = s.read.row(ctx, `SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed')`).Scan(&n)
	return n, mapError(err)
}

// LettersDue is how many system letters can go now.
func (s *Store) LettersDue(ctx context.Context, now time.Time) (n int, err error) {
	err = s.read.row(ctx, `SELECT count(*) FROM outbox WHERE state = 'waiting' AND next_at <= $1`,
		now.UnixMilli()).Scan(&n)
	return n, mapError(err)
}

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
