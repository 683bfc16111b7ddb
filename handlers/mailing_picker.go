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
	typed := s.typedMailing(c)
	if err := s.selectMany(c, typed); err != nil {
		return err
	}
	form, err := s.mailingForm(c, typed)
	if err != nil {
		return err
	}
	if fragment(c) == "messages" {
		return s.render(c, views.MailingEdit(form), views.MessageOptions(form))
	}
	return s.render(c, views.MailingEdit(form), views.PickerList(form))
}

// selectMany picks every client that matches what is searched for and can be written to, or none at all, where a button asks for that.
func (s *Server) selectMany(c echo.Context, f views.Form) error {
	asked := f.Value("select")
	f.Values.Del("select")
	switch asked {
	case "none":
		f.Values.Del("client_ids")
	case "all":
		ids, err := s.Store.ClientIDs(c.Request().Context(), user(c).TeamID, matching(f), domain.MaxPicked)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f.Values.Add("client_ids", strconv.FormatInt(id, 10))
		}
		f.Values.Set("audience", string(domain.AudienceClients))
	}
	return nil
}

// matching are the clients that a button can pick at once.
func matching(f views.Form) store.ClientQuery {
	return store.ClientQuery{Q: f.Value("find"), Status: domain.ClientActive}
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
	if err = s.clientOptions(c, &f); err != nil {
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

// clientOptions gives a form the clients that are picked and those that match what is searched for: these first, where there is a
// search. Of the picked ones that do not match, a form shows so many, and carries the others along.
func (s *Server) clientOptions(c echo.Context, f *views.MailingForm) error {
	ctx, team := c.Request().Context(), user(c).TeamID
	picked, err := s.Store.ClientsByID(ctx, team, f.Picked())
	if err != nil {
		return err
	}
	q := matching(f.Form)
	all, err := s.Store.Clients(ctx, team, q)
	if err != nil {
		return err
	}
	page, err := s.Store.Clients(ctx, team, store.ClientQuery{Q: q.Q, Per: pickable})
	if err != nil {
		return err
	}
	f.Selected, f.Selectable = len(picked), all.Total
	shown := page.Rows
	if q.Q == "" {
		shown = append(slices.Clone(picked[:min(len(picked), pickable)]), shown...)
	} else {
		shown = append(shown, picked[:min(len(picked), pickable)]...)
	}
	listed := map[int64]bool{}
	for _, cl := range shown {
		if !listed[cl.ID] {
			f.Clients = append(f.Clients, cl)
		}
		listed[cl.ID] = true
	}
	for _, cl := range picked {
		if !listed[cl.ID] {
			f.Unlisted = append(f.Unlisted, cl.ID)
		}
	}
	return nil
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
