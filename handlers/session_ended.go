package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/views"
)

// toLogin asks somebody who is not signed in to sign in, and loses nothing of what they typed: a page that a script works on stays
// where it is, and what a plain form has sent comes along.
func (s *Server) toLogin(c echo.Context) error {
	r := c.Request()
	switch form := s.loginOf(c); {
	case byHtmx(r):
		c.Response().Header().Set("HX-Retarget", "#signed-out")
		c.Response().Header().Set("HX-Reswap", "innerMorph") // every poll says it again, and it is to be read out once
		return s.answer(c, http.StatusUnauthorized, views.SignedOut())
	case inIframe(r):
		return textFrame(c, http.StatusUnauthorized, printer(c).T("You've been signed out."))
	case form.Kept.Any():
		return s.answer(c, http.StatusUnauthorized, views.Login(form))
	default:
		return s.redirect(c, "/login?next="+url.QueryEscape(form.Next))
	}
}

// loginOf is the form for signing in that leads back to the page that was asked for, or on which a form stood, with what was typed
// in an editor.
func (s *Server) loginOf(c echo.Context) views.LoginForm {
	r := c.Request()
	form := views.LoginForm{Next: "/"}
	if r.Method != http.MethodPost {
		form.Next = ourPath(r.URL.RequestURI())
		return form
	}
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
		form.Next = ourPath(from.RequestURI())
	}
	if _, ok := s.editorAt(r.URL.Path); ok {
		form.Kept = views.Kept{Action: r.URL.Path, Values: keepable(r.PostForm)}
		form.Kept.TooLarge = sizeOf(form.Kept.Values) > maxKept
	}
	return form
}

// maxKept is how much of a form comes along while somebody signs in: what they type then has to fit into the same form.
const maxKept = 1<<20 - 16<<10

// keepable are the fields that come along. None with a password does, whatever a form is sent.
func keepable(form url.Values) url.Values {
	kept := url.Values{}
	for name, values := range form {
		if !strings.Contains(name, "password") {
			kept[name] = values
		}
	}
	return kept
}

// sizeOf is what the fields of a form take.
func sizeOf(form url.Values) (size int) {
	for name, values := range form {
		for _, value := range values {
			size += len(views.KeptPrefix) + len(name) + len(value) + fieldOverhead
		}
	}
	return size
}

// editorAt finds the forms of the thing that an editor at that address saves, and the thing's id; "" for a new one.
func (s *Server) editorAt(path string) (e editing, ok bool) {
	list, id, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	all := []editing{{s.clientForms(), writer, id}, {s.messageForms(), writer, id}, {s.mailingForms(), writer, id}, {s.postForms(), editor, id}}
	at := slices.IndexFunc(all, func(e editing) bool { return "/"+list == (views.Form{Thing: e.thing}).List() })
	if n, err := strconv.ParseInt(id, 10, 64); at < 0 || id != "" && (err != nil || n <= 0) {
		return editing{}, false
	}
	return all[at], true
}

// editing is where a thing is edited, and by whom.
type editing struct {
	forms
	who access
	id  string
}

// keptOf reads from the form for signing in what was typed before it.
func keptOf(c echo.Context) views.Kept {
	kept := views.Kept{Action: typed(c, "kept"), Values: url.Values{}}
	for name, values := range c.Request().PostForm {
		if name, ok := strings.CutPrefix(name, views.KeptPrefix); ok {
			kept.Values[name] = values
		}
	}
	return kept
}

// resume shows a form again after signing in, as it was typed before.
func (s *Server) resume(c echo.Context, u domain.User, kept views.Kept, next string) error {
	e, ok := s.editorAt(kept.Action)
	if !ok || e.who.admits(u) != nil {
		return s.redirect(c, next)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	s.setVisit(c, u)
	c.Request().PostForm = kept.Values
	f := e.typed(c)
	if e.id != "" {
		c.SetParamNames("id")
		c.SetParamValues(e.id)
		if _, err := e.saved(c); err != nil {
			return e.notFound(c, err, f)
		}
	}
	f.ID = e.id
	page, _, err := e.draw(c, f)
	if err != nil {
		return err
	}
	setMistakes(c, domain.Invalid{"": domain.Say("You're signed in again. This is what you typed. It isn't saved yet.")})
	return s.render(c, page)
}
