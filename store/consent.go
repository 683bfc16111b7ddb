package store

import (
	"context"
	"time"

	"postrider/domain"
)

// checkConsent returns Unconfirmed when the mailing, as the transaction leaves it, lets a run begin at once and nobody has agreed
// to that. The question is answered by the key of the one that would be asked now. Where nobody would receive anything there is
// no question. Invalid says that the mailing was wanted to begin now and does not.
func checkConsent(ctx context.Context, tx transaction, m domain.Mailing, consent domain.Consent, now time.Time) error {
	if consent.Nobody {
		return nil
	}
	due, begins := m.Due(now)
	if begins {
		state, err := stateAtStart(ctx, tx, m, due.At, now)
		if err != nil {
			return err
		}
		begins = state == domain.RunBuilding
	}
	switch {
	case begins:
		q, err := sendQuestion(ctx, tx, m)
		if err == nil && q.Recipients > 0 && q.Key() != consent.Agreed {
			err = domain.Unconfirmed{SendQuestion: q}
		}
		return err
	case consent.Now:
		return domain.Invalid{"begin": domain.Say("This mailing cannot begin now. Choose a time, or use “Send now” on its page.")}
	}
	return nil
}

// sendQuestion is what is asked before a run of the mailing begins.
func sendQuestion(ctx context.Context, tx transaction, m domain.Mailing) (q domain.SendQuestion, err error) {
	q.MessageID = m.MessageID
	err = tx.row(ctx, `SELECT subject, version FROM messages WHERE id = $1`, m.MessageID).Scan(&q.Subject, &q.MessageVersion)
	if err != nil {
		return q, err
	}
	if q.Recipients, q.LeftOut, err = audienceSize(ctx, tx, m); err != nil {
		return q, err
	}
	q.Already, err = alreadySent(ctx, tx, m)
	return q, err
}

// alreadySent is how many of those who would receive a run have received its message before, by whichever mailing.
func alreadySent(ctx context.Context, tx transaction, m domain.Mailing) (n int, err error) {
	var ever bool
	err = tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM mailings JOIN runs ON runs.mailing_id = mailings.id
		WHERE mailings.message_id = $1 AND runs.sent > 0)`, m.MessageID).Scan(&ever)
	if err != nil || !ever {
		return 0, err
	}
	const count = `SELECT count(*) FROM clients WHERE team_id = ? AND undeliverable_at IS NULL
		AND EXISTS (SELECT 1 FROM deliveries JOIN runs ON runs.id = deliveries.run_id JOIN mailings ON mailings.id = runs.mailing_id
			WHERE deliveries.client_id = clients.id AND deliveries.state = 'sent' AND mailings.message_id = ?)`
	all := fragment{text: count, args: []any{m.TeamID, m.MessageID}}
	if m.Audience != domain.AudienceClients {
		return n, tx.row(ctx, all.numbered(), all.args...).Scan(&n)
	}
	for chunk := range idChunks(m.ClientIDs) {
		some, received := all, 0
		some.add(` AND clients.id IN `)
		some.addIDs(chunk)
		if err := tx.row(ctx, some.numbered(), some.args...).Scan(&received); err != nil {
			return 0, err
		}
		n += received
	}
	return n, nil
}
