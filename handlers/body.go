package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// errManyFields means that a form has more fields than domain.MaxFields. net/url and mime/multipart have lower limits and would report such
// a form as damaged.
var errManyFields = errors.New("the form has too many fields")

// readFields reads an application/x-www-form-urlencoded body.
func readFields(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return err // the query belongs to the form too
	}
	form, err := parseFields(string(body))
	r.PostForm, r.Form = form, form
	return err
}

// parseFields is url.ParseQuery with domain.MaxFields as its limit.
func parseFields(body string) (url.Values, error) {
	form := url.Values{}
	if strings.Count(body, "&") >= domain.MaxFields {
		return form, errManyFields
	}
	for field := range strings.SplitSeq(body, "&") {
		if strings.Contains(field, ";") {
			return form, errors.New("a semicolon stands between fields")
		}
		if field == "" {
			continue
		}
		name, value, _ := strings.Cut(field, "=")
		name, badName := url.QueryUnescape(name)
		value, badValue := url.QueryUnescape(value)
		if err := errors.Join(badName, badValue); err != nil {
			return form, err
		}
		form[name] = append(form[name], value)
	}
	return form, nil
}

// readTexts reads the text fields of a multipart/form-data body, at most room bytes. It drops files: these forms have none.
func readTexts(r *http.Request, room int) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	form := url.Values{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			r.PostForm, r.Form = form, form
			return nil
		case err != nil:
			return err
		case n == domain.MaxFields:
			return errManyFields
		case part.FileName() != "":
			continue
		}
		if err := readText(form, part, &room); err != nil {
			return err
		}
	}
}

// readText adds a field to the form while there is room.
func readText(form url.Values, part *multipart.Part, room *int) error {
	const overhead = 32 // bytes charged for a field with no name or value
	text, err := io.ReadAll(io.LimitReader(part, int64(*room)+1))
	if err != nil {
		return err
	}
	if *room -= len(text) + len(part.FormName()) + overhead; *room < 0 {
		return errTooLarge
	}
	form.Add(part.FormName(), string(text))
	return nil
}

// fields returns the form from the body of a POST or the query of a GET.
func fields(c echo.Context) url.Values {
	if c.Request().Method == http.MethodPost {
		return c.Request().PostForm
	}
	return c.QueryParams()
}

// drained is how many bytes of a rejected body are read and discarded: a browser that is cut off while sending shows a connection error
// instead of the answer.
const drained = 16 << 20

// routeOf returns the route of a request; the zero route if there is none.
func (s *Server) routeOf(c echo.Context) route { return s.routeAt[c.Request().Method+" "+c.Path()] }

// withForm reads the whole form before the handler runs, so that no handler works with half of one. On a route without a form it ignores
// the body.
func (s *Server) withForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.routeOf(c)
		may := at.body
		if may.texts == 0 {
			c.Request().Body = http.NoBody
			return next(c)
		}
		if may.file > 0 {
			return s.withPicture(c, at, next)
		}
		if err := readForm(c.Response(), c.Request(), may); err != nil {
			return err
		}
		return next(c)
	}
}

// mediaType is the media type of a request's body; "" if there is none.
func mediaType(r *http.Request) string {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a malformed type matches no form
	return kind
}

func readForm(w http.ResponseWriter, r *http.Request, may body) error {
	all := r.Body
	r.Body = http.MaxBytesReader(w, all, int64(may.texts))
	var err error
	switch kind := mediaType(r); {
	case kind == "":
		err = r.ParseForm() // reads no body, but reports a malformed query
	case !slices.Contains(may.kinds, kind):
		return errWrongType
	case kind == urlencoded:
		err = readFields(r)
	default:
		r.Body = http.MaxBytesReader(w, all, 4*int64(may.texts)) // room for about a hundred bytes of multipart headers around each field
		err = readTexts(r, may.texts)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, errTooLarge) || errors.Is(err, errManyFields) {
		_, _ = io.CopyN(io.Discard, all, drained)
		if errors.Is(err, errManyFields) {
			return err
		}
		return errTooLarge
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errBadForm, err)
	}
	return nil
}
