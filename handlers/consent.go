package handlers

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/views"
)

// consent is what the person who sends the form has agreed to. now says that they want the mailing to begin now.
func (s *Server) consent(c echo.Context, now bool) domain.Consent {
	return domain.Consent{Clock: s.Now, Agreed: typed(c, views.AgreedField), Now: now}
}

// back reports whether the form of a question was answered with no.
func back(f views.Form) bool { return f.Value(views.BackField) != "" }

// askForm answers the form of a mailing, m as it would be saved, with the question whether to send it now.
func (s *Server) askForm(c echo.Context, f views.Form, q domain.SendQuestion, m domain.Mailing) error {
	f.Values.Set(views.NowField, m.Schedule.Start.String())
	ask := views.SendAsk{SendQuestion: q, Mailing: m.Name, Sender: s.Sender, Form: f.Without(views.AgreedField, views.BackField)}
	if !(views.MailingForm{Form: f}).Begins() {
		ask.Why = domain.Say("The start, %s, is not in the future, so the mailing goes out as soon as you save it.", startText(c, m))
	}
	if f.Row {
		return s.render(c, views.SendAskRow(ask))
	}
	return s.render(c, views.SendAskPage(ask))
}

// startText is the start of a mailing in its zone.
func startText(c echo.Context, m domain.Mailing) string {
	return locale.For(printer(c).Lang(), m.Schedule.Zone).Time(m.Schedule.Opens())
}

// askAction answers a button that lets a mailing go on with the question whether to send it now. part is what of a page the answer
// stands for.
func (s *Server) askAction(c echo.Context, q domain.SendQuestion, m domain.Mailing, action, part string, why domain.Text) error {
	f := views.Form{Thing: "mailing", ID: strconv.FormatInt(m.ID, 10), Values: url.Values{"part": {part}, "last_run": {typed(c, "last_run")}}}
	ask := views.SendAsk{SendQuestion: q, Mailing: m.Name, Sender: s.Sender, Form: f, Action: action, Why: why}
	switch part {
	case "row":
		return s.render(c, views.SendAskPage(ask), views.SendAskRow(ask))
	case "live":
		return s.render(c, views.SendAskPage(ask), views.SendAskLive(ask))
	}
	return s.render(c, views.SendAskPage(ask))
}
