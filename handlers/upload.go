package handlers

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/picture"
)

// Limits of a form with a picture.
const (
	uploadTime = 5 * time.Minute // to receive the form
	maxUploads = 4               // at once: each is held in memory, up to picture.MaxBytes
	maxUpload  = 64 << 20        // bytes read from one; anything but the form and its picture is discarded
)

// upload is a picture sent with a form.
type upload struct {
	file []byte
	err  error // why it was refused: an error of package picture
}

const uploadKey = "upload"

// newPicture returns the picture sent with the form, re-encoded, and whether there was one.
func (s *Server) newPicture(c echo.Context) (img domain.Image, came bool, err error) {
	u, came := c.Get(uploadKey).(upload)
	if !came || u.err != nil {
		return img, came, u.err
	}
	img, err = s.pictures.Make(c.Request().Context(), u.file)
	return img, came, err
}

// withPicture reads a form that may carry a picture, then calls next. It checks the route's access first: users without it may not send
// more than with any other form.
func (s *Server) withPicture(c echo.Context, at route, next echo.HandlerFunc) error {
	r := c.Request()
	if err := at.who.admits(user(c)); err != nil {
		_, _ = io.CopyN(io.Discard, r.Body, drained)
		return err
	}
	if mediaType(r) != multipartForm {
		if err := readForm(c.Response(), r, at.body); err != nil {
			return err
		}
		return next(c)
	}
	if err := moreTime(c.Response()); err != nil {
		return err
	}
	busy := true
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
		busy = false
	default:
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxUpload)
	if err := readParts(c, at.body, busy); err != nil {
		return err
	}
	return next(c)
}

// moreTime gives a form with a picture, and its answer, more time than others.
func moreTime(w http.ResponseWriter) error {
	on, now := http.NewResponseController(w), time.Now() // the network uses the real clock, not the service's
	err := errors.Join(on.SetReadDeadline(now.Add(uploadTime)), on.SetWriteDeadline(now.Add(uploadTime+domain.SendTime)))
	if errors.Is(err, http.ErrNotSupported) {
		return nil // a test recorder has no connection
	}
	return err
}

// readParts reads the parts of a form one by one: texts into the form, the picture into memory.
func readParts(c echo.Context, may body, busy bool) error {
	r := c.Request()
	parts, err := r.MultipartReader()
	if err != nil {
		return fmt.Errorf("%w: %w", errBadForm, err)
	}
	r.PostForm = url.Values{}
	room := may.texts
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			r.Form = r.PostForm
			return nil
		}
		switch {
		case err != nil:
		case n == domain.MaxFields:
			err = errManyFields
		case part.FormName() == "image" && part.FileName() != "":
			err = readFile(c, part, may.file, busy)
		default:
			err = readText(r.PostForm, part, &room)
		}
		if err != nil {
			return uploadEnded(c, err)
		}
	}
}

// uploadEnded explains an error that stopped the reading of a form. If only the picture is too large, the fields before it still count.
func uploadEnded(c echo.Context, err error) error {
	var tooLarge *http.MaxBytesError
	u, _ := c.Get(uploadKey).(upload)
	switch {
	case errors.As(err, &tooLarge) && errors.Is(u.err, picture.ErrTooLarge):
		c.Request().Form = c.Request().PostForm
		return nil
	case errors.Is(err, errManyFields):
		_, _ = io.Copy(io.Discard, c.Request().Body)
		return err
	case errors.As(err, &tooLarge), errors.Is(err, errTooLarge):
		_, _ = io.Copy(io.Discard, c.Request().Body)
		return errTooLarge
	}
	return fmt.Errorf("%w: %w", errBadForm, err)
}

// readFile reads a picture of at most that many bytes, or refuses it while too many others are in memory.
func readFile(c echo.Context, part *multipart.Part, most int, busy bool) error {
	if busy {
		c.Set(uploadKey, upload{err: picture.ErrBusy})
		return nil
	}
	file, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
	if len(file) > most {
		c.Set(uploadKey, upload{err: picture.ErrTooLarge})
		return nil
	}
	c.Set(uploadKey, upload{file: file})
	return err
}
