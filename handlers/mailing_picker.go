package handlers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// mailingComing shows the next runs of a mailing as typed, or as chosen between two versions, by the scheduler's own rules.
func (s *Server) mailingComing(c echo.Context) error {
	f := s.typedMailing(c)
	if f.Choosing() {
		m, err := s.Store.Mailing(c.Request().Context(), actor(c), domain.Edit, idOf(f.ID))
		if err != nil {
			return err
		}
		f = f.Chosen(views.FormOfMailing(m))
	}
	form := views.MailingForm{Form: f}
	if err := s.loadComing(c, &form); err != nil {
		return err
	}
	return s.render(c, views.ComingPage(form.Coming), views.ComingAsTyped(form))
}

// mailingPicker shows the clients or the messages that match a search, and those that are chosen.
func (s *Server) mailingPicker(c echo.Context) error {
	form, err := s.mailingForm(c, s.typedMailing(c))
	if err != nil {
		return err
	}
	if fragment(c) == "messages" {
		return s.render(c, views.MailingEdit(form), views.MessageOptions(form))
	}
	return s.render(c, views.MailingEdit(form), views.PickerList(form))
}

// typedMailing is a form that is still being filled in. It carries the mailing's id itself.
func (s *Server) typedMailing(c echo.Context) views.Form {
	f := s.mailingForms().typed(c)
	f.ID, f.Row = f.Value("id"), false
	return f
}

// mailingForm adds to a form the options it offers.
func (s *Server) mailingForm(c echo.Context, typed views.Form) (f views.MailingForm, err error) {
	ctx, team := c.Request().Context(), user(c).TeamID
	f.Form = typed
	if err = s.messageOptions(c, &f); err != nil {
		return f, err
	}
	if f.Clients, err = s.clientOptions(c, f); err != nil {
		return f, err
	}
	if f.Everyone, _, err = s.Store.AudienceSize(ctx, domain.Mailing{TeamID: team, Audience: domain.AudienceAll}); err != nil {
		return f, err
	}
	return f, s.loadComing(c, &f)
}

// pickable is how many clients, and how many messages, a form offers besides those that are chosen.
const pickable = 100

// messageOptions are the newest messages that match what is searched for, after the one that is chosen.
func (s *Server) messageOptions(c echo.Context, f *views.MailingForm) error {
	ctx, team := c.Request().Context(), user(c).TeamID
	page, err := s.Store.Messages(ctx, team, store.MessageQuery{Q: f.Value("find_message"), Per: pickable})
	if err != nil {
		return err
	}
	f.Messages, f.Matching = page.Rows, page.Total
	chosen := idOf(f.Value("message_id"))
	if slices.ContainsFunc(f.Messages, func(m domain.Message) bool { return m.ID == chosen }) {
		return nil
	}
	m, err := s.Store.Message(ctx, actor(c), domain.Edit, chosen)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	f.Messages = append([]domain.Message{m}, f.Messages...)
	return err
}

// clientOptions lists the selected clients first, then those that match the search.
func (s *Server) clientOptions(c echo.Context, f views.MailingForm) ([]domain.Client, error) {
	options, err := s.Store.ClientsByID(c.Request().Context(), user(c).TeamID, f.Picked())
	if err != nil {
		return nil, err
	}
	page, err := s.Store.Clients(c.Request().Context(), user(c).TeamID, store.ClientQuery{Q: f.Value("find"), Per: pickable})
	if err != nil {
		return nil, err
	}
	picked := map[int64]bool{}
	for _, cl := range options {
		picked[cl.ID] = true
	}
	for _, cl := range page.Rows {
		if !picked[cl.ID] {
			options = append(options, cl)
		}
	}
	return options, nil
}

// loadComing adds to a form the next runs of the mailing as typed, by the server's clock, and how many would receive one that begins
// now. A mailing that has run does not catch up on past runs.
func (s *Server) loadComing(c echo.Context, f *views.MailingForm) error {
	ctx := c.Request().Context()
	f.Now = s.Now()
	m := domain.Mailing{TeamID: user(c).TeamID}
	if id, err := strconv.ParseInt(f.ID, 10, 64); err == nil {
		if m, err = s.Store.Mailing(ctx, actor(c), domain.Edit, id); err != nil {
			return err
		}
	}
	f.Ran = m.Ran
	var err error
	if m.Schedule, err = f.Schedule(); err != nil {
		f.Coming = views.ComingRuns{Unreadable: true}
		return nil
	}
	f.Coming = views.ComingRuns{Runs: m.Schedule.Upcoming(f.Now, m.Ran, shownComing), Zone: m.Schedule.Zone, Now: f.Now}
	if len(f.Coming.Runs) == 0 {
		return nil
	}
	if m.NextAt = f.Coming.Runs[0].At; m.BeginsNow(f.Now) {
		m.Audience, m.ClientIDs = domain.Audience(f.Value("audience")), f.Picked()
		f.Receive, _, err = s.Store.AudienceSize(ctx, m)
	}
	return err
}
