package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// mailboxList lists the letters in the built-in mailbox.
func (s *Server) mailboxList(c echo.Context) error {
	return s.render(c, views.Mailbox(s.Mailbox.Letters()))
}

// mailboxShow shows one letter.
func (s *Server) mailboxShow(c echo.Context) error {
	l, err := s.caught(c)
	if err != nil {
		return err
	}
	return s.render(c, views.CaughtLetter(l))
}

// mailboxHTML serves the content of the frame on the letter's page.
func (s *Server) mailboxHTML(c echo.Context) error {
	l, err := s.caught(c)
	if err != nil {
		return err
	}
	return letterFrame(c, l.HTML)
}

// mailboxSource serves the letter as it arrived.
func (s *Server) mailboxSource(c echo.Context) error {
	l, err := s.caught(c)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", l.Source)
}

func (s *Server) caught(c echo.Context) (domain.CaughtLetter, error) {
	id, err := number(c, "id")
	if err != nil {
		return domain.CaughtLetter{}, err
	}
	return s.Mailbox.Letter(id)
}
