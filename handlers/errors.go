package handlers

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/picture"
	"postrider/store"
	"postrider/views"
)

// Errors that only this package raises.
var (
	errSignIn      = errors.New("sign in first")
	errCrossSite   = errors.New("the request came from another site")
	errTooLarge    = errors.New("the form is too large")
	errWrongType   = errors.New("not the content of a form")
	errBadForm     = errors.New("the form cannot be read")
	errMisdirected = errors.New("another host was asked for")
	errLongAddress = errors.New("a value in the address is too long")
	errTooSlow     = errors.New("the request took too long")
	errAbandoned   = errors.New("nobody waits for the answer")
)

// failure is what a visitor reads about an error.
type failure struct {
	status      int
	title, text domain.Text
	next        way // the home page if zero
}

// explain chooses the status and the words for an error. Visitors see no details of an unknown error, which is our fault.
func explain(err error) failure {
	var routing *echo.HTTPError
	var overtaken domain.Overtaken
	var refused domain.Refused
	var invalid domain.Invalid
	var tooMany domain.TooMany
	say := domain.Say
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return failure{404, say("Not found"), say("This page doesn't exist, or you don't have access to it."), way{}}
	case errors.Is(err, domain.ErrForbidden):
		return failure{403, say("Not allowed"), say("Your role doesn't allow this."), way{}}
	case errors.Is(err, errCrossSite):
		return failure{403, say("Not allowed"), say("The request came from another site, so nothing was done. Go back and try again."), way{}}
	case errors.Is(err, domain.ErrConflict):
		return failure{409, say("Edited by someone else"), say("Someone else has changed this since you opened it. Go back, reload the page and try again."), way{}}
	case errors.As(err, &overtaken):
		return failure{409, say("Something has changed"), overtaken.Why, way{}}
	case errors.As(err, &refused):
		return failure{409, say("This can't be done right now"), refused.Why, way{}}
	case errors.As(err, &invalid):
		return failure{422, say("We couldn't accept this"), say("Something in the form isn't right. Go back, check it and try again."), way{}}
	case errors.As(err, &tooMany):
		return failure{429, say("Too many attempts"), patience(tooMany), way{}}
	case errors.Is(err, errTooLarge):
		return failure{413, say("Too large"), say("The form is larger than 1 MB, so nothing was saved. Go back (your browser has kept what you typed), shorten the text and try again."), way{}}
	case errors.Is(err, errManyFields):
		return failure{413, say("Too large"), manyFields(), way{}}
	case errors.Is(err, errWrongType):
		return failure{415, say("We couldn't accept this"), say("This isn't a form submission."), way{}}
	case errors.Is(err, errBadForm):
		return failure{400, say("We couldn't accept this"), say("The form was damaged in transit. Go back and try again."), way{}}
	case errors.Is(err, errMisdirected):
		return failure{421, say("Wrong address"), say("You can reach this service at"), way{}}
	case errors.Is(err, errLongAddress):
		return failure{422, say("We couldn't accept this"), say("A search can have up to %d characters. Go back, shorten it, and try again.", domain.MaxSearch), way{}}
	case errors.Is(err, errTooSlow):
		return failure{503, say("Not available"), say("This took too long, so we stopped it. Wait a few seconds, then try again. A narrower search is faster."), way{}}
	case errors.Is(err, store.ErrBusy):
		return failure{503, say("Not available"), busy(), way{}}
	case errors.Is(err, store.ErrGone):
		return failure{503, say("Not available"), say("The database file was deleted, moved or replaced while the service was running, so nothing can be sent or saved. If you run this service, its log tells you what to do."), way{}}
	case errors.Is(err, store.ErrUnavailable):
		return failure{503, say("Not available"), say("We can't write to the database right now, so nothing was saved. Try again in a minute."), way{}}
	case errors.As(err, &routing) && routing.Code < 500:
		return failure{routing.Code, say("Not found"), say("This page doesn't exist, or you don't have access to it."), way{}}
	}
	return failure{500, say("Something went wrong"), say("It's our fault, not yours. If it happens again, give the request number to the person who runs this service."), way{}}
}

func manyFields() domain.Text {
	return domain.Say("The form has more than %d fields, so nothing was saved. Select fewer and try again.", domain.MaxFields)
}

// busySeconds is the Retry-After value when too many passwords are being checked.
const busySeconds = 5

func busy() domain.Text {
	return domain.Say("Too many people are signing in right now. Wait a few seconds, then try again.")
}

// patience says how long to wait.
func patience(e domain.TooMany) domain.Text {
	if e.Why.Key != "" && e.RetryAfter > 90*time.Second {
		return domain.Say("%s Wait %d minutes, then try again.", e.Why, int(math.Ceil(e.RetryAfter.Minutes())))
	}
	if e.Why.Key != "" {
		return domain.Say("%s Wait %d seconds, then try again.", e.Why, retrySeconds(e))
	}
	if e.RetryAfter > 90*time.Second {
		return domain.Say("Too many attempts. Wait %d minutes, then try again.", int(math.Ceil(e.RetryAfter.Minutes())))
	}
	return domain.Say("Too many attempts. Wait %d seconds, then try again.", retrySeconds(e))
}

func retrySeconds(e domain.TooMany) int { return max(1, int(math.Ceil(e.RetryAfter.Seconds()))) }

// formMistakes returns the status and the mistakes for an error about the form; nil for any other error.
func formMistakes(c echo.Context, err error) (int, domain.Invalid) {
	var refused domain.Refused
	var invalid domain.Invalid
	var tooMany domain.TooMany
	if status, why := pictureRefused(err); status != 0 {
		if errors.Is(err, picture.ErrBusy) {
			c.Response().Header().Set("Retry-After", strconv.Itoa(busySeconds))
		}
		if !errors.As(err, &invalid) {
			invalid = domain.Invalid{}
		}
		invalid["image"] = why
		return status, invalid
	}
	switch {
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, invalid
	case errors.As(err, &refused):
		return http.StatusConflict, domain.Invalid{"": refused.Why}
	case errors.Is(err, domain.ErrConflict):
		return http.StatusConflict, domain.Invalid{"": domain.Say("Someone else saved a newer version while you were editing.")}
	case errors.As(err, &tooMany):
		c.Response().Header().Set("Retry-After", strconv.Itoa(retrySeconds(tooMany)))
		return http.StatusTooManyRequests, domain.Invalid{"": patience(tooMany)}
	case errors.Is(err, store.ErrBusy):
		c.Response().Header().Set("Retry-After", strconv.Itoa(busySeconds))
		return http.StatusServiceUnavailable, domain.Invalid{"": busy()}
	}
	return 0, nil
}

// pictureRefused returns the status and the reason for an error of package picture; 0 for any other error.
func pictureRefused(err error) (int, domain.Text) {
	say := domain.Say
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return 413, say("The image is larger than %d MB. Make it smaller, then choose it again.", picture.MaxBytes>>20)
	case errors.Is(err, picture.ErrUnknown):
		return 415, say("This file isn't an image we can show. Choose a PNG, JPEG, WebP or GIF.")
	case errors.Is(err, picture.ErrTooMany):
		return 422, say("The image has too many pixels: the limit is %d million, and %d on each side. Make it smaller, then choose it again.",
			picture.MaxPixels/1_000_000, picture.MaxSide)
	case errors.Is(err, picture.ErrBroken):
		return 422, say("The image is damaged or can't be read. Save it as PNG or JPEG, then choose it again.")
	case errors.Is(err, picture.ErrNoPicture):
		return 422, say("The file is empty. Choose another one.")
	case errors.Is(err, picture.ErrBusy):
		return 503, say("Other images are being processed. Choose the image again in a few seconds.")
	}
	return 0, domain.Text{}
}

// fail answers a request that ended in an error. Errors are logged only here.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return // too late for an error page
	}
	switch {
	case errors.Is(err, errAbandoned):
		err = c.NoContent(http.StatusBadRequest)
	case errors.Is(err, errSignIn):
		err = s.toLogin(c)
	default:
		err = s.showFailure(c, err)
	}
	if err != nil && c.Response().Committed {
		s.Log.Debug("nobody took the answer", "request", requestID(c), "err", err)
	} else if err != nil {
		s.Log.Error("an answer could not be made", "request", requestID(c), "err", err)
		http.Error(c.Response(), "500", http.StatusInternalServerError)
	}
}

func (s *Server) showFailure(c echo.Context, err error) error {
	f := explain(err)
	if f.status == http.StatusNotFound && strings.HasSuffix(c.Path(), "/:token") {
		f = deadLink(c.Path())
	}
	request := ""
	if f.status >= 500 && !errors.Is(err, store.ErrGone) { // jobs.Watch has logged it once
		request = requestID(c)
		s.Log.Log(c.Request().Context(), severity(err), "a request failed", "request", request, "method", c.Request().Method, "route", c.Path(),
			"user", user(c).ID, "status", f.status, "err", err)
	}
	var tooMany domain.TooMany
	if errors.As(err, &tooMany) {
		c.Response().Header().Set("Retry-After", strconv.Itoa(retrySeconds(tooMany)))
	}
	if errors.Is(err, errTooSlow) {
		c.Response().Header().Set("Retry-After", strconv.Itoa(busySeconds))
	}
	p := printer(c)
	text := p.Say(f.text)
	next := views.Way{Href: "/", Text: p.T("Back to home")}
	switch {
	case f.status == http.StatusMisdirectedRequest:
		text += " " + s.URL.String()
		next.Href = s.URL.String()
	case f.next.href != "":
		next = views.Way{Href: f.next.href, Text: p.Say(f.next.text)}
	}
	page := views.Failure(p.Say(f.title), text, request, next)
	return s.answer(c, f.status, page, s.placeProblem(c, f, p, text, request, page))
}

// severity is the level at which an error is logged. An error that any visitor can cause is only a warning.
func severity(err error) slog.Level {
	if errors.Is(err, errTooSlow) {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// placeProblem builds the fragment that htmx gets for an error and says where to put it. The page keeps everything typed; a row that no
// longer exists is removed. A form that is too large shows the problem itself, anything else shows a toast.
func (s *Server) placeProblem(c echo.Context, f failure, p *locale.Printer, text, request string, page templ.Component) templ.Component {
	if request != "" {
		text = fmt.Sprintf("%s %s %s", text, p.T("Request"), request)
	}
	header := c.Response().Header()
	switch asked := fragment(c); {
	case !forFragment(c.Request()):
		return views.Problem(text)
	case f.status == http.StatusNotFound && asked == "live": // makes the page stop polling
		header.Set("HX-Retarget", "main")
		header.Set("HX-Reswap", "innerHTML")
		return page
	case f.status == http.StatusNotFound && asked == "row":
		header.Set("HX-Reswap", "delete")
		return templ.NopComponent
	}
	if f.status == http.StatusRequestEntityTooLarge && strings.HasPrefix(c.Request().Header.Get("HX-Source"), "form") {
		header.Set("HX-Retarget", "find .summary")
		header.Set("HX-Reswap", "innerHTML")
		if f.text.Key != manyFields().Key {
			text = p.T("The form is larger than 1 MB, so nothing was saved. Shorten the text and try again.")
		}
		return views.Problems([]string{text})
	}
	header.Set("HX-Retarget", "#toasts")
	header.Set("HX-Reswap", "beforeend")
	return views.Problem(text)
}

// toLogin sends a stranger to the login page, which returns them to the page they wanted.
func (s *Server) toLogin(c echo.Context) error {
	next := "/"
	if current, err := url.Parse(c.Request().Header.Get("HX-Current-URL")); byHtmx(c.Request()) && err == nil {
		next = ourPath(current.RequestURI())
	} else if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
		next = ourPath(c.Request().URL.RequestURI())
	}
	login := "/login?next=" + url.QueryEscape(next)
	if byHtmx(c.Request()) {
		c.Response().Header().Set("HX-Redirect", login)
		return c.NoContent(http.StatusUnauthorized)
	}
	return c.Redirect(http.StatusSeeOther, login)
}
