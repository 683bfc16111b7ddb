package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// blogList shows a page of the published articles, the newest first.
func (s *Server) blogList(c echo.Context) error {
	page, err := s.Store.Blog(c.Request().Context(), c.QueryParam("after"), s.Now())
	if err != nil {
		return err
	}
	if len(page.Cards) == 0 && c.QueryParam("after") != "" {
		return domain.ErrNotFound
	}
	m := views.Meta{Site: s.URL.String(), Path: "/blog", Description: printer(c).T("Articles about mailings, clients and letters that arrive.")}
	if !page.First {
		m.Path, m.Newer = blogAfter(c.QueryParam("after")), blogAfter(page.Newer)
	}
	if page.Older != "" {
		m.Older = blogAfter(page.Older)
	}
	return s.render(c, views.Blog(views.BlogList{Cards: page.Cards, Meta: m}))
}

// blogAfter is the path of the page that begins after a cursor; of the first one for "".
func blogAfter(cursor string) string {
	if cursor == "" {
		return "/blog"
	}
	return "/blog?after=" + url.QueryEscape(cursor)
}

// blogShow shows an article, and counts that it was read.
func (s *Server) blogShow(c echo.Context) error {
	p, err := s.Store.PostBySlug(c.Request().Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	v := views.Article{Post: p, State: p.State(s.Now()), Editor: E.admits(user(c)) == nil}
	if v.State != domain.PostPublished && !v.Editor {
		return domain.ErrNotFound
	}
	if p.Slug != c.Param("slug") { // the one it had before
		return c.Redirect(http.StatusMovedPermanently, "/blog/"+p.Slug)
	}
	if v.State != domain.PostPublished {
		v.Meta.Hidden = true
		return s.render(c, views.ShowArticle(v))
	}
	v.Meta = views.Meta{Site: s.URL.String(), Path: "/blog/" + p.Slug, Description: views.Opening(p.Content), Article: &p}
	if v.Older, v.Newer, err = s.Store.Neighbours(c.Request().Context(), p, s.Now()); err != nil {
		return err
	}
	s.countView(c, p)
	return s.render(c, views.ShowArticle(v))
}
