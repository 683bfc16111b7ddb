package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// mailingComing shows the next runs of a mailing as it is typed, or chosen between two versions, by the scheduler's own rules.
func (s *Server) mailingComing(c echo.Context) error {
	form := mailingFormOf(fields(c))
	if choosing(fields(c)) {
		id, _ := strconv.ParseInt(form.ID, 10, 64) // 0 is no mailing
		now, err := s.mailingOf(c, id, domain.Edit)
		if err != nil {
			return err
		}
		form = chosenMailing(fields(c), form, formOfMailing(now))
	}
	coming, err := s.coming(c, form)
	if err != nil {
		return err
	}
	return s.render(c, views.ComingPage(coming), views.ComingList(coming))
}

// mailingPicker shows the clients that match a search, and those picked already.
func (s *Server) mailingPicker(c echo.Context) error {
	form, err := s.furnish(c, mailingFormOf(fields(c)))
	if err != nil {
		return err
	}
	return s.render(c, views.MailingEdit(form), views.PickerList(form))
}

// furnish gives a form what it offers to choose from.
func (s *Server) furnish(c echo.Context, f views.MailingForm) (views.MailingForm, error) {
	ctx, team := c.Request().Context(), user(c).TeamID
	messages, err := s.Store.Messages(ctx, team, store.MessageQuery{Per: 100})
	if err != nil {
		return f, err
	}
	f.Messages = messages.Messages
	if f.Clients, err = s.offered(c, f); err != nil {
		return f, err
	}
	if f.Everyone, _, err = s.Store.AudienceSize(ctx, domain.Mailing{TeamID: team, Audience: domain.AudienceAll}); err != nil {
		return f, err
	}
	f.Coming, err = s.coming(c, f)
	return f, err
}

// offered are the clients that are picked, and after them those that match what was searched for.
func (s *Server) offered(c echo.Context, f views.MailingForm) ([]domain.Client, error) {
	var ids []int64
	for _, typed := range f.ClientIDs {
		if id, err := strconv.ParseInt(typed, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	picked, err := s.Store.ClientsByID(c.Request().Context(), user(c).TeamID, ids)
	if err != nil {
		return nil, err
	}
	page, err := s.Store.Clients(c.Request().Context(), user(c).TeamID, store.ClientQuery{Q: f.Find, Per: pickable})
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, cl := range picked {
		seen[cl.ID] = true
	}
	for _, cl := range page.Clients {
		if !seen[cl.ID] {
			picked = append(picked, cl)
		}
	}
	return picked, nil
}

// coming are the next runs of a mailing as typed. One that has run already does not run again for what is past.
func (s *Server) coming(c echo.Context, f views.MailingForm) (views.ComingRuns, error) {
	schedule, err := domain.NewSchedule(f.StartsAt, f.EndsAt, f.TimeZone, f.Periodicity)
	if err != nil {
		return views.ComingRuns{Unreadable: true}, nil
	}
	now := s.Now()
	ran := false
	if id, err := strconv.ParseInt(f.ID, 10, 64); err == nil {
		m, err := s.Store.Mailing(c.Request().Context(), id)
		if err == nil {
			err = user(c).May(domain.View, m.TeamID)
		}
		if err != nil {
			return views.ComingRuns{}, err
		}
		ran = m.Ran
	}
	return views.ComingRuns{Runs: schedule.Upcoming(now, ran, shownComing), Zone: schedule.Zone, Now: now}, nil
}
