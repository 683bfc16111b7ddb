package store

import (
	"context"

	"postrider/domain"
)

// MailingQuery says which mailings a page shows, the newest first.
type MailingQuery struct {
	Q      string // is contained in the name, whatever its case
	Status string // a domain.Status, "paused" or "disabled"; anything else for all
	After  string // the Next of the page before
	Per    int    // 25, 50 or 100
}

// The condition for each status that a list can be narrowed to.
var ofStatus = map[string]query{
	string(domain.StatusCreated):   ` AND mailings.status = 'created'`,
	string(domain.StatusRunning):   ` AND mailings.status = 'running'`,
	string(domain.StatusCompleted): ` AND mailings.status = 'completed'`,
	"paused":                       ` AND mailings.paused_at IS NOT NULL`,
	"disabled":                     ` AND mailings.disabled_at IS NOT NULL`,
}

// MailingRow is a mailing with what a list shows of it.
type MailingRow struct {
	domain.Mailing
	Subject string     // of its message
	Team    string     // the name of the team that it belongs to
	Run     domain.Run // the latest; ID 0 when there is none
}

// MailingPage is a page of mailings.
type MailingPage struct {
	Mailings []MailingRow
	Next     string // "" on the last page
	Total    int    // how many match, on all pages
}

const mailingRows = `SELECT ` + mailingColumns + `, coalesce(messages.subject, ''),
	(SELECT name FROM teams WHERE teams.id = mailings.team_id), coalesce((SELECT max(id) FROM runs WHERE runs.mailing_id = mailings.id), 0)
	FROM mailings LEFT JOIN messages ON messages.id = mailings.message_id
	WHERE mailings.deleted_at IS NULL`

func scanMailingRow(row scanner) (MailingRow, error) {
	var r MailingRow
	var err error
	r.Mailing, err = scanMailing(row, &r.Subject, &r.Team, &r.Run.ID)
	return r, err
}

// Mailings returns a page of a team's mailings, or with a team of 0 of all teams'.
func (s *Store) Mailings(ctx context.Context, teamID int64, q MailingQuery) (MailingPage, error) {
	var page MailingPage
	match := part{text: ` AND mailings.search LIKE ? ESCAPE '\'` + ofStatus[q.Status], args: []any{pattern(q.Q)}}
	if teamID != 0 {
		match.add(` AND mailings.team_id = ?`, teamID)
	}
	err := s.lists.row(ctx, `SELECT count(*) FROM mailings WHERE deleted_at IS NULL`+match.numbered(), match.args...).Scan(&page.Total)
	if err != nil {
		return page, mapError(err)
	}
	if at, ok := parseCursor(q.After); ok {
		match.add(` AND mailings.id < ?`, at.ID)
	}
	per := perPage(q.Per)
	list := part{text: mailingRows + ` AND mailings.id IN (SELECT mailings.id FROM mailings WHERE mailings.deleted_at IS NULL`}
	list.addPart(match)
	list.add(` ORDER BY mailings.id DESC LIMIT ?) ORDER BY mailings.id DESC`, per+1)
	all, err := collect(s.lists.rows(ctx, list.numbered(), list.args...), scanMailingRow)
	if err != nil {
		return page, err
	}
	page.Mailings, page.Next = trimPage(all, per, func(r MailingRow) cursor { return cursor{ID: r.ID} })
	for i := range page.Mailings {
		if err := s.fillRun(ctx, &page.Mailings[i]); err != nil {
			return page, err
		}
	}
	return page, nil
}

// MailingRow returns one mailing as a list shows it; ErrNotFound when there is none.
func (s *Store) MailingRow(ctx context.Context, id int64) (MailingRow, error) {
	r, err := scanMailingRow(s.read.row(ctx, mailingRows+` AND mailings.id = $1`, id))
	if err != nil {
		return r, err
	}
	return r, s.fillRun(ctx, &r)
}

func (s *Store) fillRun(ctx context.Context, r *MailingRow) (err error) {
	if r.Run.ID != 0 {
		r.Run, err = s.Run(ctx, r.Run.ID)
	}
	return err
}
