package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"

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

// sealed begins a text that is sealed. Those that were written before have no such beginning.
const sealed = "sealed:"

// sealBody makes a text unreadable without the key in the table of settings. Whoever has the whole file can read it, but no
// search through the file, the write-ahead log, or what the disk has kept of either finds a token, and once the text is
// erased the log alone tells nothing.
func sealBody(ctx context.Context, tx transaction, text string) (string, error) {
	box, err := bodyBox(ctx, tx)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return sealed + base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), nil)), nil
}

// openBody is the text that sealBody was given.
func openBody(ctx context.Context, tx transaction, body string) (string, error) {
	text, ok := strings.CutPrefix(body, sealed)
	if !ok {
		return body, nil
	}
	box, err := bodyBox(ctx, tx)
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) < box.NonceSize() {
		return "", errors.New("a letter of the outbox is damaged")
	}
	plain, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], nil)
	return string(plain), err
}

func bodyBox(ctx context.Context, tx transaction) (cipher.AEAD, error) {
	key, err := secretKey(ctx, tx, "outbox")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
