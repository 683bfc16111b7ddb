package handlers

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/gosimple/slug"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/store"
	"postrider/views"
)

// post loads the post named in the path. Posts belong to the installation: every editor may do everything with them.
func (s *Server) post(c echo.Context) (domain.Post, error) {
	id, err := number(c, "id")
	if err != nil {
		return domain.Post{}, err
	}
	return s.Store.Post(c.Request().Context(), id)
}

// postList shows a page of posts in any state.
func (s *Server) postList(c echo.Context) error {
	q := store.PostQuery{Q: c.QueryParam("q"), State: domain.PostState(c.QueryParam("state")), Sort: c.QueryParam("sort"),
		After: c.QueryParam("after"), Per: pageSize(c)}
	page, err := s.Store.Posts(c.Request().Context(), q, s.Now())
	if err != nil {
		return err
	}
	v := views.PostList{Paging: paging(c, page.Next, page.Total), Posts: page.Rows, Q: q.Q, Sort: q.Sort, State: q.State,
		Per: c.QueryParam("per"), Now: s.Now()}
	if fragment(c) == "list" {
		return s.render(c, views.Posts(v), views.PostTable(v))
	}
	return s.render(c, views.Posts(v))
}

// postRow shows a post's row in the list again. A post has no other page than its editor and the article itself.
func (s *Server) postRow(c echo.Context) error {
	p, err := s.post(c)
	if err != nil {
		return err
	}
	if fragment(c) == "row" && forFragment(c.Request()) {
		return s.render(c, views.PostRow(p, s.Now()))
	}
	return s.redirect(c, editorOf(p))
}

// editorOf returns the path of a post's editor.
func editorOf(p domain.Post) string { return "/posts/" + strconv.FormatInt(p.ID, 10) + "/edit" }

// postNew shows an empty post form.
func (s *Server) postNew(c echo.Context) error {
	return s.postForms().show(c, views.Form{Thing: "post"})
}

// postEdit shows a post's form.
func (s *Server) postEdit(c echo.Context) error { return s.postForms().edit(c) }

// postCreate adds a post.
func (s *Server) postCreate(c echo.Context) error {
	f := s.postForms().typed(c)
	u := user(c)
	p, err := s.readPost(c, views.PostForm{Form: f}, domain.Post{AuthorID: u.ID, Author: u.Name})
	if err == nil {
		p, err = s.Store.CreatePost(c.Request().Context(), p, s.Now())
	}
	if err != nil {
		return s.postForms().again(c, err, f)
	}
	return s.postDone(c, p)
}

// postDone says what happened to a saved post. It returns to the editor unless the post has just been published.
func (s *Server) postDone(c echo.Context, p domain.Post) error {
	if publishes(c) {
		return s.done(c, "/posts", domain.Say("Published “%s”.", p.Title))
	}
	return s.done(c, editorOf(p), domain.Say("Saved the article “%s”.", p.Title))
}

// postUpdate saves an edit. If someone else saved first it answers 409 with both versions.
func (s *Server) postUpdate(c echo.Context) error {
	f := s.postForms().typed(c)
	p, err := s.post(c)
	if err != nil {
		return s.postForms().notFound(c, err, f)
	}
	f.ID = strconv.FormatInt(p.ID, 10)
	p, err = s.readPost(c, views.PostForm{Form: f.Chosen(views.FormOfPost(p, printer(c).Zone()))}, p)
	if err == nil {
		p, err = s.Store.UpdatePost(c.Request().Context(), p, s.Now())
	}
	if err != nil {
		return s.postForms().notSaved(c, err, f)
	}
	if f.Row {
		return s.render(c, views.PostSaved(p, s.Now()))
	}
	return s.postDone(c, p)
}

// postDelete deletes a post, published or not.
func (s *Server) postDelete(c echo.Context) error {
	p, err := s.post(c)
	if err != nil {
		return err
	}
	if err := s.Store.DeletePost(c.Request().Context(), actor(c), p.ID, s.Now()); err != nil {
		return err
	}
	return s.deleted(c, "/posts", domain.Say("Deleted “%s”.", p.Title))
}

// postPreview serves the content of the frame beside the form: the article as typed so far.
func (s *Server) postPreview(c echo.Context) error {
	p := domain.Post{Title: typed(c, "title"), Content: typed(c, "content"), ImageAlt: typed(c, "image_alt"), Author: user(c).Name}
	if old, err := s.Store.Post(c.Request().Context(), idOf(typed(c, "id"))); err == nil && typed(c, "image_remove") == "" {
		p.Image = old.Image
	}
	p.PublishedAt, _ = domain.PublishAt(typed(c, "published_at"), printer(c).Zone()) // an invalid date is not shown
	text, err := s.articleHTML(c, p.Content)
	if err != nil {
		return noPreview(c, err)
	}
	inFrame(c, "style-src 'self'; img-src 'self'; ")
	var out bytes.Buffer
	if err := views.PostPreview(p, text, typed(c, "image") != "").Render(c.Request().Context(), &out); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, out.Bytes())
}

// slugLength is the maximum length in characters of a slug made from a title. It leaves room for a number.
const slugLength = 80

// slugOf makes an article's slug from its title; "article" if the title has no letters.
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

// freeSlug returns the title's slug, made unique among all articles except the one with that id.
func (s *Server) freeSlug(c echo.Context, title string, id int64) (string, error) {
	return s.Store.FreeSlug(c.Request().Context(), slugOf(title), id)
}

// postSlug shows the address the article will get while its title is being typed.
func (s *Server) postSlug(c echo.Context) error {
	title := c.QueryParam("title")
	if strings.TrimSpace(title) == "" || len(title) > 4*domain.MaxTitle {
		return s.render(c, views.PostAddress(""))
	}
	free, err := s.freeSlug(c, title, idOf(c.QueryParam("id")))
	if err != nil {
		return err
	}
	return s.render(c, views.PostAddress(free))
}
