package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// blogList shows a page of published articles, newest first.
func (s *Server) blogList(c echo.Context) error {
	return s.public(c, 1, func() (reading, error) { return s.blogPage(c) })
}

func (s *Server) blogPage(c echo.Context) (reading, error) {
	page, err := s.Store.Blog(c.Request().Context(), c.QueryParam("after"), s.Now())
	if err != nil {
		return reading{}, err
	}
	if len(page.Cards) == 0 && c.QueryParam("after") != "" {
		return reading{}, domain.ErrNotFound
	}
	m := views.Meta{Site: s.URL.String(), Path: "/blog", Description: printer(c).T("Articles about mailings, clients and emails that arrive.")}
	if !page.First {
		m.Path, m.Newer = blogAfter(c.QueryParam("after")), blogAfter(page.Newer)
	}
	if page.Older != "" {
		m.Older = blogAfter(page.Older)
	}
	return reading{page: views.Blog(views.BlogList{Cards: page.Cards, Meta: m})}, nil
}

// blogAfter returns the path of the page that starts after a cursor; of the first page for "".
func blogAfter(cursor string) string {
	if cursor == "" {
		return "/blog"
	}
	return "/blog?after=" + url.QueryEscape(cursor)
}

// blogShow shows an article and counts the view.
func (s *Server) blogShow(c echo.Context) error {
	return s.public(c, 1, func() (reading, error) { return s.article(c) })
}

func (s *Server) article(c echo.Context) (reading, error) {
	p, err := s.Store.PostBySlug(c.Request().Context(), c.Param("slug"))
	if err != nil {
		return reading{}, err
	}
	v := views.Article{Post: p, State: p.State(s.Now()), Editor: user(c).WritesBlog()}
	if v.State != domain.PostPublished && !v.Editor {
		return reading{}, domain.ErrNotFound
	}
	if p.Slug != c.Param("slug") { // an earlier slug of this article
		return reading{}, c.Redirect(http.StatusMovedPermanently, "/blog/"+p.Slug)
	}
	if v.State != domain.PostPublished {
		v.Meta.Hidden = true
		return reading{page: views.ShowArticle(v)}, nil
	}
	v.Meta = views.Meta{Site: s.URL.String(), Path: "/blog/" + p.Slug, Description: views.Opening(p.Content), Article: &p}
	v.Older, v.Newer, err = s.Store.Neighbours(c.Request().Context(), p, s.Now())
	return reading{page: views.ShowArticle(v), post: p.ID}, err
}
