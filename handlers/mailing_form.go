package handlers

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// mailingForms are the forms that schedule mailings.
func (s *Server) mailingForms() forms {
	return forms{server: s, thing: "mailing",
		saved: func(c echo.Context) (views.Form, error) {
			m, err := s.mailing(c, domain.Edit)
			if err != nil {
				return views.Form{}, err
			}
			return s.shownMailing(c, m)
		},
		draw: func(c echo.Context, f views.Form) (page, row templ.Component, err error) {
			form, err := s.mailingForm(c, f)
			return views.MailingEdit(form), views.MailingFormRow(form), err
		},
	}
}

// mailingNew shows the form for a new mailing, filled in from the query: with the message it was started from, or with everything typed
// before a client search without a script.
func (s *Server) mailingNew(c echo.Context) error {
	f := s.mailingForms().typed(c)
	if (views.MailingForm{Form: f}).Key() == "" {
		f.Values.Set("form_key", store.NewToken())
	}
	for name, value := range map[string]string{
		"time_zone":   printer(c).Zone().String(),
		"starts_at":   domain.LocalTimeOf(s.Now().Add(time.Hour).Truncate(time.Hour), printer(c).Zone()).String(),
		"periodicity": string(domain.Once),
		"audience":    string(domain.AudienceAll),
	} {
		if f.Value(name) == "" {
			f.Values.Set(name, value)
		}
	}
	return s.mailingForms().show(c, f)
}

// mailingEdit shows a mailing's form: as saved, or as typed before a client search without a script.
func (s *Server) mailingEdit(c echo.Context) error {
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return err
	}
	f := views.FormOfMailing(m)
	if c.QueryParams().Has("find") && !forFragment(c.Request()) {
		f = s.mailingForms().typed(c)
		f.ID = strconv.FormatInt(m.ID, 10)
		if f.Choosing() {
			saved, err := s.shownMailing(c, m)
			if err != nil {
				return err
			}
			f = f.Beside(saved)
		}
	}
	var refused domain.Refused
	if errors.As(m.KnownZone(), &refused) && f.Value("time_zone") == m.Schedule.Zone.String() {
		setMistakes(c, domain.Invalid{"time_zone": refused.Why})
	}
	return s.mailingForms().show(c, f)
}

// mailingCreate adds a mailing.
func (s *Server) mailingCreate(c echo.Context) error {
	f := s.mailingForms().typed(c)
	m, err := views.MailingForm{Form: f}.Read(domain.Mailing{TeamID: user(c).TeamID})
	if err == nil {
		m, err = s.Store.CreateMailing(c.Request().Context(), actor(c), m, s.Now())
	}
	if err != nil {
		return s.mailingForms().again(c, err, f)
	}
	s.Wake()
	return s.done(c, "/mailings/"+strconv.FormatInt(m.ID, 10), domain.Say("Saved. The mailing goes out automatically at the scheduled time."))
}

// mailingUpdate saves an edit. If someone else saved first it answers 409 with both versions.
func (s *Server) mailingUpdate(c echo.Context) error {
	f := s.mailingForms().typed(c)
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return s.mailingForms().notFound(c, err, f)
	}
	f.ID = strconv.FormatInt(m.ID, 10)
	m, err = views.MailingForm{Form: f.Chosen(views.FormOfMailing(m))}.Read(m)
	if err == nil {
		m, err = s.Store.UpdateMailing(c.Request().Context(), actor(c), m, s.Now())
	}
	if err != nil {
		return s.mailingForms().notSaved(c, err, f)
	}
	s.Wake()
	if !f.Row {
		return s.done(c, "/mailings/"+f.ID, domain.Say("Saved."))
	}
	row, err := s.Store.MailingRow(c.Request().Context(), actor(c), m.ID)
	if err != nil {
		return err
	}
	return s.render(c, views.MailingSaved(s.mailingLine(row)))
}

// shownMailing is the form of a saved mailing, with readable texts in place of its ids.
func (s *Server) shownMailing(c echo.Context, m domain.Mailing) (views.Form, error) {
	f := views.FormOfMailing(m)
	msg, err := s.Store.Message(c.Request().Context(), actor(c), domain.View, m.MessageID)
	if err != nil {
		return f, err
	}
	audience, err := s.audienceText(c, m)
	f.Shown = map[string]string{"message_id": msg.Subject, "audience": audience}
	return f, err
}

// namedRecipients is how many selected clients are listed by name.
const namedRecipients = 20

// audienceText names a mailing's audience as its form does, and the selected clients.
func (s *Server) audienceText(c echo.Context, m domain.Mailing) (string, error) {
	if m.Audience != domain.AudienceClients {
		return string(m.Audience), nil
	}
	picked, err := s.Store.ClientsByID(c.Request().Context(), m.TeamID, m.ClientIDs)
	if err != nil {
		return "", err
	}
	var names []string
	for _, cl := range picked[:min(len(picked), namedRecipients)] {
		names = append(names, cl.Email)
	}
	p := printer(c)
	text := p.T("Selected: %s", strings.Join(names, ", "))
	if more := len(picked) - len(names); more > 0 {
		text = p.T("%s and %d more", text, more)
	}
	return text, nil
}
