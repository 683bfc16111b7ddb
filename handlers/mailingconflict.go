package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// chosenMailing is the form with the fields of somebody else's version that the reader takes. The audience and the picked
// clients are one choice.
func chosenMailing(v url.Values, mine, theirs views.MailingForm) views.MailingForm {
	out := mine
	out.Name = chosen(v, "name", mine.Name, theirs.Name)
	out.MessageID = chosen(v, "message_id", mine.MessageID, theirs.MessageID)
	if takes(v, "audience") {
		out.Audience, out.ClientIDs = theirs.Audience, theirs.ClientIDs
	}
	out.StartsAt, out.EndsAt = chosen(v, "starts_at", mine.StartsAt, theirs.StartsAt), chosen(v, "ends_at", mine.EndsAt, theirs.EndsAt)
	out.TimeZone = chosen(v, "time_zone", mine.TimeZone, theirs.TimeZone)
	out.Periodicity = chosen(v, "periodicity", mine.Periodicity, theirs.Periodicity)
	return out
}

// mailingNotSaved shows the form of an edit again; beside the version of somebody else after a conflict, and as long as the
// reader chooses between the two.
func (s *Server) mailingNotSaved(c echo.Context, err error, form views.MailingForm) error {
	v := c.Request().PostForm
	if !errors.Is(err, domain.ErrConflict) && !choosing(v) {
		if errors.Is(err, domain.ErrNotFound) {
			return s.mailingGone(c, err, form)
		}
		return s.mailingError(c, err, form)
	}
	now, missing := s.mailing(c, domain.Edit)
	if missing != nil {
		return s.mailingGone(c, missing, form)
	}
	if form, missing = s.besideNewer(c, v, form, now); missing != nil {
		return missing
	}
	return s.mailingError(c, err, form)
}

// mailingGone keeps what was typed of a mailing that does not exist any more.
func (s *Server) mailingGone(c echo.Context, err error, form views.MailingForm) error {
	form.ID = ""
	form, missing := s.furnish(c, form)
	if missing != nil {
		return missing
	}
	return s.gone(c, err, form.Row, views.MailingEdit(form))
}

// besideNewer puts the version of a mailing that is saved now beside what is typed in a form.
func (s *Server) besideNewer(c echo.Context, v url.Values, form views.MailingForm, now domain.Mailing) (views.MailingForm, error) {
	newer := formOfMailing(now)
	msg, err := s.Store.Message(c.Request().Context(), now.MessageID)
	if err != nil {
		return form, err
	}
	audience, err := s.audienceText(c, now)
	if err != nil {
		return form, err
	}
	form.Version = newer.Version
	form.Conflict = conflict(v, now.UpdatedAt, versions{"name", form.Name, newer.Name, newer.Name},
		versions{"message_id", form.MessageID, newer.MessageID, msg.Subject},
		versions{"audience", recipients(form), recipients(newer), audience},
		versions{"starts_at", form.StartsAt, newer.StartsAt, newer.StartsAt}, versions{"ends_at", form.EndsAt, newer.EndsAt, newer.EndsAt},
		versions{"time_zone", form.TimeZone, newer.TimeZone, newer.TimeZone},
		versions{"periodicity", form.Periodicity, newer.Periodicity, newer.Periodicity})
	return form, nil
}

// recipients are the audience and the picked clients of a form, in a form that can be compared.
func recipients(f views.MailingForm) string {
	if f.Audience != string(domain.AudienceClients) {
		return f.Audience
	}
	ids := slices.Clone(f.ClientIDs)
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// namedRecipients is how many picked clients are named.
const namedRecipients = 20

// audienceText names the audience of a mailing as its form does, and the clients that are picked.
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
	text := p.T("Picked: %s", strings.Join(names, ", "))
	if more := len(picked) - len(names); more > 0 {
		text = p.T("%s and %d more", text, more)
	}
	return text, nil
}
