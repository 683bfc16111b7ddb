package handlers

import (
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
	coming, err := s.coming(c, views.MailingForm{Form: f})
	if err != nil {
		return err
	}
	return s.render(c, views.ComingPage(coming), views.ComingList(coming))
}

// mailingPicker shows the clients that match a search and the ones selected so far.
func (s *Server) mailingPicker(c echo.Context) error {
	form, err := s.mailingForm(c, s.typedMailing(c))
	if err != nil {
		return err
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
	messages, err := s.Store.Messages(ctx, team, store.MessageQuery{Per: 100})
	if err != nil {
		return f, err
	}
	f.Messages = messages.Rows
	if f.Clients, err = s.clientOptions(c, f); err != nil {
		return f, err
	}
	if f.Everyone, _, err = s.Store.AudienceSize(ctx, domain.Mailing{TeamID: team, Audience: domain.AudienceAll}); err != nil {
		return f, err
	}
	f.Coming, err = s.coming(c, f)
	return f, err
}

// pickable is how many clients a form lists besides the selected ones.
const pickable = 100

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

// coming lists the next runs of a mailing as typed. A mailing that has run before does not catch up on past runs.
func (s *Server) coming(c echo.Context, f views.MailingForm) (views.ComingRuns, error) {
	schedule, err := f.Schedule()
	if err != nil {
		return views.ComingRuns{Unreadable: true}, nil
	}
	now := s.Now()
	ran := false
	if id, err := strconv.ParseInt(f.ID, 10, 64); err == nil {
		m, err := s.Store.Mailing(c.Request().Context(), actor(c), domain.Edit, id)
		if err != nil {
			return views.ComingRuns{}, err
		}
		ran = m.Ran
	}
	return views.ComingRuns{Runs: schedule.Upcoming(now, ran, shownComing), Zone: schedule.Zone, Now: now}, nil
}
