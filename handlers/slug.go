package handlers

import (
	"strings"

	"github.com/gosimple/slug"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// slugLength is how long a slug is at most that is made of a title, in characters: there is room for a number behind it.
const slugLength = 80

// slugOf makes the name of an article in its address of its title. Of a title without letters it is "article".
func slugOf(title string) string {
	made := strings.ReplaceAll(slug.Make(title), "_", "-")
	words := strings.FieldsFunc(made, func(r rune) bool { return r == '-' })
	kept := ""
	for _, word := range words {
		longer := strings.TrimPrefix(kept+"-"+word, "-")
		if len(longer) > slugLength {
			break
		}
		kept = longer
	}
	if kept == "" && len(words) > 0 {
		kept = words[0][:slugLength]
	}
	if kept == "" {
		return "article"
	}
	return kept
}

// freeSlug is the slug of a title that no article but the one with that id has.
func (s *Server) freeSlug(c echo.Context, title string, id int64) (string, error) {
	return s.Store.FreeSlug(c.Request().Context(), slugOf(title), id)
}

// postSlug shows the address that an article will have, as its title is typed.
func (s *Server) postSlug(c echo.Context) error {
	title := c.QueryParam("title")
	if strings.TrimSpace(title) == "" || len(title) > 4*domain.MaxTitle {
		return s.render(c, views.PostAddress(""))
	}
	free, err := s.freeSlug(c, title, version(c.QueryParam("id")))
	if err != nil {
		return err
	}
	return s.render(c, views.PostAddress(free))
}
