package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// mailing loads the mailing named in the path if the user may do that to it.
func (s *Server) mailing(c echo.Context, a domain.Action) (domain.Mailing, error) {
	return load(c, a, s.Store.Mailing)
}

// mailingList shows a page of mailings: the team's, or every team's.
func (s *Server) mailingList(c echo.Context) error {
	q := store.MailingQuery{Q: c.QueryParam("q"), Status: c.QueryParam("status"), After: c.QueryParam("after")}
	team, name, err := s.teamFilter(c)
	if err != nil {
		return err
	}
	page, err := s.Store.Mailings(c.Request().Context(), team, q)
	if err != nil {
		return err
	}
	v := views.MailingList{Paging: paging(c, page.Next, page.Total), Q: q.Q, Status: q.Status, TeamName: name}
	if user(c).Oversees() {
		v.Team = c.QueryParam("team")
	}
	for _, row := range page.Rows {
		line, err := s.mailingLine(c, row)
		if err != nil {
			return err
		}
		v.Mailings = append(v.Mailings, line)
	}
	return s.renderList(c, v.Paging, views.Mailings(v), views.MailingTable(v))
}

// mailingLine is a mailing with what its state depends on.
func (s *Server) mailingLine(c echo.Context, row domain.MailingRow) (views.MailingLine, error) {
	line := views.MailingLine{MailingRow: row, Now: s.Now()}
	relay := s.Relay()
	line.HeldUp = relay.Down || !relay.SpentUntil.IsZero()
	if !row.Run.State.Active() || line.HeldUp {
		return line, nil
	}
	quota, err := s.Store.Quota(c.Request().Context(), row.TeamID, line.Now)
	line.HeldUp = quota.Spent()
	return line, err
}

// mailingShow shows a mailing and what it is doing right now.
func (s *Server) mailingShow(c echo.Context) error {
	m, err := s.mailing(c, domain.View)
	if err != nil {
		return err
	}
	return s.showMailing(c, m, fragment(c), templ.NopComponent)
}

// showMailing answers with a mailing's page, or with the fragment of it that htmx asked for, and a toast.
func (s *Server) showMailing(c echo.Context, m domain.Mailing, name string, toast templ.Component) error {
	row, err := s.Store.MailingRow(c.Request().Context(), actor(c), m.ID)
	if err != nil {
		return err
	}
	if name == "row" && forFragment(c.Request()) {
		line, err := s.mailingLine(c, row)
		if err != nil {
			return err
		}
		return s.render(c, views.MailingShow(views.MailingPage{}), views.MailingRow(line), toast)
	}
	page, err := s.mailingPage(c, m, row)
	if err != nil {
		return err
	}
	if name == "live" {
		return s.render(c, views.MailingShow(page), views.MailingLive(page), toast)
	}
	return s.render(c, views.MailingShow(page))
}

// How much history the page of a mailing shows.
const (
	shownRuns     = 10
	shownAttempts = 25
	shownComing   = 5
)

func (s *Server) mailingPage(c echo.Context, m domain.Mailing, row domain.MailingRow) (views.MailingPage, error) {
	ctx := c.Request().Context()
	line, err := s.mailingLine(c, row)
	if err != nil {
		return views.MailingPage{}, err
	}
	if row.Run.State.Active() {
		times, err := s.Store.SendingTimes(ctx, row.Run, m.UpdatedAt) // which a pause moves
		if err != nil {
			return views.MailingPage{}, err
		}
		line.Rate = domain.SendingRate(times, line.Now)
	}
	p := views.MailingPage{MailingLine: line}
	if p.Recipients, p.LeftOut, err = s.Store.AudienceSize(ctx, m); err != nil {
		return p, err
	}
	if p.Runs, err = s.Store.Runs(ctx, m.ID, shownRuns); err != nil {
		return p, err
	}
	log, err := s.Store.Log(ctx, m.ID, store.LogQuery{Per: shownAttempts})
	if err != nil {
		return p, err
	}
	p.Log, p.LogTotal = masked(user(c), m.TeamID, log.Rows), log.Total
	if err := s.loadOversight(c, m, &p); err != nil {
		return p, err
	}
	p.Coming = views.ComingRuns{Zone: m.Schedule.Zone, Now: p.Now}
	if !m.NextAt.IsZero() {
		// Start just before the next run, so that it is included even when it is due right now.
		p.Coming.Runs = m.Schedule.Upcoming(m.NextAt.Add(-time.Nanosecond), true, shownComing)
	}
	return p, nil
}

// mailingLog shows the log of a mailing.
func (s *Server) mailingLog(c echo.Context) error {
	m, err := s.mailing(c, domain.View)
	if err != nil {
		return err
	}
	q := store.LogQuery{Q: c.QueryParam("q"), Outcome: c.QueryParam("outcome"), After: c.QueryParam("after"), Per: 100}
	hidden := !user(c).SeesRecipients(m.TeamID)
	if hidden {
		q.Q = "" // a search would reveal whether someone is a recipient
	}
	page, err := s.Store.Log(c.Request().Context(), m.ID, q)
	if err != nil {
		return err
	}
	return s.render(c, views.MailingLog(views.LogPage{Paging: paging(c, page.Next, page.Total), Mailing: m,
		Attempts: masked(user(c), m.TeamID, page.Rows), Q: q.Q, Outcome: q.Outcome, Masked: hidden}))
}

// The questions before what can't be undone, for browsers without a script.
func (s *Server) mailingDeleting(c echo.Context) error {
	return s.confirmMailing(c, views.MailingDelete)
}
func (s *Server) mailingSending(c echo.Context) error { return s.confirmMailing(c, views.MailingSend) }
func (s *Server) mailingRetrying(c echo.Context) error {
	return s.confirmMailing(c, views.MailingRetry)
}

// confirmMailing asks before something is done with a mailing. The question shows the mailing as it is now, and the yes is about that.
func (s *Server) confirmMailing(c echo.Context, ask func(views.MailingPage) templ.Component) error {
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return err
	}
	row, err := s.Store.MailingRow(c.Request().Context(), actor(c), m.ID)
	if err != nil {
		return err
	}
	page, err := s.mailingPage(c, m, row)
	if err != nil {
		return err
	}
	return s.render(c, ask(page))
}

// mailingDelete deletes a mailing and cancels its run.
func (s *Server) mailingDelete(c echo.Context) error {
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteMailing(c.Request().Context(), actor(c), m.ID, s.Now()); err != nil {
		return err
	}
	s.Wake()
	return s.done(c, "/mailings", domain.Say("Deleted “%s”.", m.Name))
}

// mailingSend starts a run now.
func (s *Server) mailingSend(c echo.Context) error {
	return s.act(c, domain.Say("The emails are on their way."), func(m domain.Mailing) error {
		_, err := s.Store.RunNow(c.Request().Context(), actor(c), m.ID, lastRun(c), s.Sender, s.Now())
		return err
	})
}

// mailingPause pauses a mailing until it is resumed.
func (s *Server) mailingPause(c echo.Context) error {
	return s.act(c, domain.Say("Mailing paused."), func(m domain.Mailing) error {
		_, err := s.Store.PauseMailing(c.Request().Context(), actor(c), m.ID, s.Now())
		return err
	})
}

// mailingResume resumes a paused mailing. It asks first if a run would begin at once.
func (s *Server) mailingResume(c echo.Context) error {
	return s.act(c, domain.Say("Mailing resumed."), func(m domain.Mailing) error {
		_, err := s.Store.ResumeMailing(c.Request().Context(), actor(c), m.ID, lastRun(c), s.consent(c, false))
		return err
	})
}

// mailingRetry retries the latest run's letters that failed or whose outcome is unknown.
func (s *Server) mailingRetry(c echo.Context) error {
	state := domain.DeliveryState(typed(c, "state"))
	if state == "" {
		state = domain.DeliveryFailed
	}
	return s.act(c, domain.Say("The emails are on their way."), func(m domain.Mailing) error {
		_, err := s.Store.Retry(c.Request().Context(), actor(c), m.ID, lastRun(c), state, s.Now())
		return err
	})
}

// lastRun is the id of the latest run shown on the page with the button; 0 for none.
func lastRun(c echo.Context) int64 { return idOf(typed(c, "last_run")) }

// act does something to a mailing and shows it again where the button was.
func (s *Server) act(c echo.Context, flash domain.Text, do func(domain.Mailing) error) error {
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return err
	}
	err = do(m)
	var overtaken domain.Overtaken
	if errors.As(err, &overtaken) {
		return s.showOvertaken(c, m, printer(c).Say(overtaken.Why))
	}
	var asks domain.Unconfirmed
	if errors.As(err, &asks) {
		return s.askAction(c, asks.SendQuestion, m, "resume", typed(c, "part"),
			domain.Say("A send came due while the mailing was paused. It begins as soon as you resume the mailing."))
	}
	if err != nil {
		return err
	}
	s.Wake()
	if !forFragment(c.Request()) {
		return s.done(c, "/mailings/"+strconv.FormatInt(m.ID, 10), flash)
	}
	if m, err = s.Store.Mailing(c.Request().Context(), actor(c), domain.View, m.ID); err != nil {
		return err
	}
	return s.showMailing(c, m, typed(c, "part"), views.Toast(printer(c).Say(flash)))
}

// showOvertaken answers a request that came too late: it shows the mailing as it is now and says why nothing was done.
func (s *Server) showOvertaken(c echo.Context, m domain.Mailing, why string) error {
	row, err := s.Store.MailingRow(c.Request().Context(), actor(c), m.ID)
	if err != nil {
		return err
	}
	if typed(c, "part") == "row" && forFragment(c.Request()) {
		line, err := s.mailingLine(c, row)
		if err != nil {
			return err
		}
		return s.answer(c, http.StatusConflict, views.MailingRow(line), views.MailingRow(line), views.ProblemToast(why))
	}
	page, err := s.mailingPage(c, m, row)
	if err != nil {
		return err
	}
	page.Problem = why
	return s.answer(c, http.StatusConflict, views.MailingShow(page), views.MailingLive(page))
}
