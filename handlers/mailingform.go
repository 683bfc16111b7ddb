package handlers

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// mailingNew shows the form for a new mailing. What the query says is filled in: the message that it was made from, or
// what was typed so far when somebody searches for clients without a script.
func (s *Server) mailingNew(c echo.Context) error {
	form := mailingFormOf(c.QueryParams())
	form.ID = "" // that of the form, whatever the address says
	if form.Key == "" {
		form.Key = store.NewToken()
	}
	if form.TimeZone == "" {
		form.TimeZone = printer(c).Zone().String()
	}
	if form.StartsAt == "" {
		form.StartsAt = domain.LocalTimeOf(s.Now().Add(time.Hour).Truncate(time.Hour), printer(c).Zone()).String()
	}
	if form.Periodicity == "" {
		form.Periodicity = string(domain.Once)
	}
	if form.Audience == "" {
		form.Audience = string(domain.AudienceAll)
	}
	return s.showMailingForm(c, form)
}

// mailingEdit shows the form of a mailing.
func (s *Server) mailingEdit(c echo.Context) error {
	m, err := s.mailing(c, domain.Edit)
	if err != nil {
		return err
	}
	form := formOfMailing(m)
	if q := c.QueryParams(); q.Has("find") && !forPart(c.Request()) {
		form = mailingFormOf(q)
		form.ID = strconv.FormatInt(m.ID, 10)
		if choosing(q) {
			form, err = s.besideNewer(c, q, form, m)
		}
	}
	if err != nil {
		return err
	}
	form.Row = part(c) == "row"
	var refused domain.Refused
	if errors.As(m.KnownZone(), &refused) && form.TimeZone == m.Schedule.Zone.String() {
		v := views.VisitOf(c.Request().Context())
		v.Mistakes = domain.Invalid{"time_zone": refused.Why}
		c.SetRequest(c.Request().WithContext(views.WithVisit(c.Request().Context(), v)))
	}
	return s.showMailingForm(c, form)
}

func (s *Server) showMailingForm(c echo.Context, f views.MailingForm) error {
	f, err := s.furnish(c, f)
	if err != nil {
		return err
	}
	if f.Row {
		return s.render(c, views.MailingEdit(f), views.MailingFormRow(f))
	}
	return s.render(c, views.MailingEdit(f))
}

// mailingCreate keeps a new mailing.
func (s *Server) mailingCreate(c echo.Context) error {
	form := typedMailing(c)
	m, err := readMailing(form, domain.Mailing{TeamID: user(c).TeamID, FormKey: form.Key})
	if err == nil {
		m, err = s.Store.CreateMailing(c.Request().Context(), m, s.Now())
	}
	if err != nil {
		return s.mailingError(c, err, form)
	}
	s.Wake()
	return s.done(c, "/mailings/"+strconv.FormatInt(m.ID, 10), domain.Say("Saved. The mailing goes out by itself at its time."))
}

// mailingUpdate saves an edit. It answers 409 with both versions when a colleague was faster.
func (s *Server) mailingUpdate(c echo.Context) error {
	form := typedMailing(c)
	old, err := s.mailing(c, domain.Edit)
	if err != nil {
		return s.mailingGone(c, err, form)
	}
	form.ID = strconv.FormatInt(old.ID, 10)
	m, err := readMailing(chosenMailing(c.Request().PostForm, form, formOfMailing(old)), old)
	if err == nil {
		m, err = s.Store.UpdateMailing(c.Request().Context(), m, s.Now())
	}
	if err != nil {
		return s.mailingNotSaved(c, err, form)
	}
	s.Wake()
	if !form.Row {
		return s.done(c, "/mailings/"+form.ID, domain.Say("Saved."))
	}
	row, err := s.Store.MailingRow(c.Request().Context(), m.ID)
	if err != nil {
		return err
	}
	return s.render(c, views.MailingEdit(form), views.MailingSaved(s.mailingLine(row)))
}

func (s *Server) mailingError(c echo.Context, err error, f views.MailingForm) error {
	f, furnishing := s.furnish(c, f)
	if furnishing != nil {
		return furnishing
	}
	if f.Row {
		return s.formError(c, err, views.MailingEdit(f), views.MailingFormRow(f))
	}
	return s.formError(c, err, views.MailingEdit(f))
}

// typedMailing is the form as typed, from the body.
func typedMailing(c echo.Context) views.MailingForm {
	form := mailingFormOf(c.Request().PostForm)
	form.ID, form.Row = "", inRow(c)
	return form
}

func mailingFormOf(v url.Values) views.MailingForm {
	return views.MailingForm{ID: v.Get("id"), Name: v.Get("name"), MessageID: v.Get("message_id"), Audience: v.Get("audience"),
		ClientIDs: v["client_ids"], StartsAt: v.Get("starts_at"), EndsAt: v.Get("ends_at"), TimeZone: v.Get("time_zone"),
		Periodicity: v.Get("periodicity"), Version: v.Get("version"), Find: v.Get("find"), Key: formKey(v)}
}

// formKey is the key of the form, which makes a second press of its button harmless; "" for none, and for what is none.
func formKey(v url.Values) string {
	if key := v.Get("form_key"); len(key) <= domain.MaxFormKey {
		return key
	}
	return ""
}

func formOfMailing(m domain.Mailing) views.MailingForm {
	f := views.MailingForm{ID: strconv.FormatInt(m.ID, 10), Name: m.Name, MessageID: strconv.FormatInt(m.MessageID, 10),
		Audience: string(m.Audience), StartsAt: m.Schedule.Start.String(), EndsAt: m.Schedule.End.String(),
		TimeZone: m.Schedule.Zone.String(), Periodicity: string(m.Schedule.Every), Version: strconv.FormatInt(m.Version, 10)}
	for _, id := range m.ClientIDs {
		f.ClientIDs = append(f.ClientIDs, strconv.FormatInt(id, 10))
	}
	return f
}

// readMailing gives m the values of the form. All mistakes are named at once.
func readMailing(f views.MailingForm, m domain.Mailing) (domain.Mailing, error) {
	wrong := domain.Invalid{}
	m.Name, m.Audience, m.Version = f.Name, domain.Audience(f.Audience), version(f.Version)
	m.MessageID, _ = strconv.ParseInt(f.MessageID, 10, 64) // 0 when none was chosen, which Check names
	m.ClientIDs = nil
	seen := map[int64]bool{}
	for _, typed := range f.ClientIDs {
		id, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			wrong.Add("client_ids", "Some of the picked clients do not exist any more. Pick again.")
		}
		if !seen[id] {
			m.ClientIDs = append(m.ClientIDs, id)
		}
		seen[id] = true
	}
	var err error
	m.Schedule, err = domain.NewSchedule(f.StartsAt, f.EndsAt, f.TimeZone, f.Periodicity)
	for _, err := range []error{err, m.Check()} {
		var more domain.Invalid
		if errors.As(err, &more) {
			for field, why := range more {
				wrong.Add(field, why.Key, why.Args...)
			}
		}
	}
	return m, wrong.Or()
}

// pickable is how many clients a form offers besides those that are picked.
const pickable = 100
