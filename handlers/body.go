package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// errManyFields says that a form has more fields than domain.MaxFields. The limits of net/url and mime/multipart are lower
// and say of such a form that it is damaged.
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

// readTexts reads the texts of a multipart/form-data body, and drops files, which no such form has.
func readTexts(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	form, room := url.Values{}, maxForm
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

// readText adds a field to the form, as long as there is room.
func readText(form url.Values, part *multipart.Part, room *int) error {
	const overhead = 32 // bytes that an empty field takes
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

// fields are those of the form that came in the body of a POST, or in the address of a GET.
func fields(c echo.Context) url.Values {
	if c.Request().Method == http.MethodPost {
		return c.Request().PostForm
	}
	return c.QueryParams()
}

// maxForm is how large a form may be, in bytes, also when it comes in chunks.
const maxForm = 1 << 20

// withForm reads the form of a POST, so that no handler works with half of one. No other request has a body that anybody
// would read.
func (s *Server) withForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodPost {
			c.Request().Body = http.NoBody
			return next(c)
		}
		if takesPicture(c) {
			return s.readUpload(c, next)
		}
		if err := readForm(c.Response(), c.Request()); err != nil {
			return err
		}
		return next(c)
	}
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	body := r.Body
	r.Body = http.MaxBytesReader(w, body, maxForm)
	var err error
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "application/x-www-form-urlencoded":
		err = readFields(r)
	case "":
		err = r.ParseForm() // which reads no body without a type, and says what is wrong with a broken one
	case "multipart/form-data":
		r.Body = http.MaxBytesReader(w, body, 4*maxForm) // a hundred bytes around each field count for little
		err = readTexts(r)
	default:
		return errWrongType
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, errTooLarge) || errors.Is(err, errManyFields) {
		// A browser that is cut off while it sends shows a broken connection instead of the answer.
		_, _ = io.CopyN(io.Discard, body, 16*maxForm)
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
