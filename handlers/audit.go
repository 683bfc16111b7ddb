package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// auditList shows a page of the audit log.
func (s *Server) auditList(c echo.Context) error {
	v := views.AuditList{Action: c.QueryParam("action"), Actor: c.QueryParam("actor"), Q: c.QueryParam("q"),
		From: c.QueryParam("from"), To: c.QueryParam("to")}
	q := store.AuditQuery{Action: domain.AuditAction(v.Action), Actor: v.Actor, Q: v.Q, After: c.QueryParam("after"), Per: pageSize(c)}
	q.From, q.To = dayOf(c, v.From, 0), dayOf(c, v.To, 1)
	page, err := s.Store.Audit(c.Request().Context(), q)
	if err != nil {
		return err
	}
	v.Paging, v.Entries = paging(c, page.Next, 0), page.Rows
	return s.render(c, views.Audit(v))
}

// dayOf returns the start of the typed day in the reader's zone, plus that many days; zero if no day was typed.
func dayOf(c echo.Context, typed string, after int) time.Time {
	t, err := time.Parse(time.DateOnly, typed)
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day()+after, 0, 0, 0, 0, printer(c).Zone())
}
