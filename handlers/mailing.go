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
		v.Mailings = append(v.Mailings, s.mailingLine(row))
	}
	if fragment(c) == "list" {
		return s.render(c, views.Mailings(v), views.MailingTable(v))
	}
	return s.render(c, views.Mailings(v))
}

func (s *Server) mailingLine(row domain.MailingRow) views.MailingLine {
	return views.MailingLine{MailingRow: row, Now: s.Now()}
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
		return s.render(c, views.MailingShow(views.MailingPage{}), views.MailingRow(s.mailingLine(row)), toast)
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
	p := views.MailingPage{MailingLine: s.mailingLine(row)}
	var err error
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

// mailingResume resumes a paused mailing.
func (s *Server) mailingResume(c echo.Context) error {
	return s.act(c, domain.Say("Mailing resumed."), func(m domain.Mailing) error {
		_, err := s.Store.ResumeMailing(c.Request().Context(), actor(c), m.ID, lastRun(c), s.Now())
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
		return s.answer(c, http.StatusConflict, views.MailingRow(s.mailingLine(row)), views.MailingRow(s.mailingLine(row)), views.ProblemToast(why))
	}
	page, err := s.mailingPage(c, m, row)
	if err != nil {
		return err
	}
	page.Problem = why
	return s.answer(c, http.StatusConflict, views.MailingShow(page), views.MailingLive(page))
}
