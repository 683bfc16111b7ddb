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

// errManyFields says that a form has more fields than domain.MaxFields. The limits of net/url and mime/multipart are lower,
// and call such a form damaged.
var errManyFields = errors.New("the form has too many fields")

// readFields reads an application/x-www-form-urlencoded body.
func readFields(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return err // the address that a form is sent to is as much of it
	}
	form, err := parseFields(string(body))
	r.PostForm, r.Form = form, form
	return err
}

// parseFields is url.ParseQuery with our limit.
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

// readTexts reads the texts of a multipart/form-data body, room bytes at most, and drops files, because no such form has any.
func readTexts(r *http.Request, room int) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	form := url.Values{}
	r.PostForm, r.Form = form, form
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
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

// fieldOverhead is how many bytes an empty field takes.
const fieldOverhead = 32

// readText adds a field to the form, as long as there is room.
func readText(form url.Values, part *multipart.Part, room *int) error {
	text, err := io.ReadAll(io.LimitReader(part, int64(*room)+1))
	if err != nil {
		return err
	}
	if *room -= len(text) + len(part.FormName()) + fieldOverhead; *room < 0 {
		return errTooLarge
	}
	form.Add(part.FormName(), string(text))
	return nil
}

// fields are the form in the body of a POST, or in the address of a GET.
func fields(c echo.Context) url.Values {
	if c.Request().Method == http.MethodPost {
		return c.Request().PostForm
	}
	return c.QueryParams()
}

// drained is how many bytes of a body that is too large are read anyway: a browser that is cut off while it sends shows a broken
// connection instead of the answer.
const drained = 16 << 20

// bodyOf is what may come with a request.
func (s *Server) bodyOf(c echo.Context) body { return s.bodies[c.Request().Method+" "+c.Path()] }

// withForm reads the form of a request, so that no handler works with half of one. Where a route takes no form, the body is
// not read.
func (s *Server) withForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		may := s.bodyOf(c)
		if may.texts == 0 {
			c.Request().Body = http.NoBody
			return next(c)
		}
		if may.file > 0 {
			return s.readUpload(c, may, next)
		}
		if err := readForm(c.Response(), c.Request(), may); err != nil {
			return err
		}
		return next(c)
	}
}

// mediaType is the kind of a request's body; "" when it has none.
func mediaType(r *http.Request) string {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a damaged one is none of ours
	return kind
}

func readForm(w http.ResponseWriter, r *http.Request, may body) error {
	all := r.Body
	r.Body = http.MaxBytesReader(w, all, int64(may.texts))
	var err error
	switch kind := mediaType(r); {
	case kind == "":
		err = r.ParseForm() // which reads no body without a type, and says what is wrong with a broken one
	case !slices.Contains(may.kinds, kind):
		return errWrongType
	case kind == urlencoded:
		err = readFields(r)
	default:
		r.Body = http.MaxBytesReader(w, all, 4*int64(may.texts)) // a hundred bytes around each field count for little
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
