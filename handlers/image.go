package handlers

import (
	"bytes"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// imagesAt is the path of the images. An image never changes and is the same for everyone.
const imagesAt = "/images/"

var imageName = regexp.MustCompile(`^([0-9a-f]{32})-([1-9][0-9]{0,3})\.(jpg|png)$`)

// imageShow serves an image in one of its widths. Opened directly, it cannot run scripts.
func (s *Server) imageShow(c echo.Context) error {
	parts := imageName.FindStringSubmatch(c.Param("name"))
	if parts == nil {
		return domain.ErrNotFound
	}
	width, err := strconv.Atoi(parts[2])
	if err != nil {
		return domain.ErrNotFound
	}
	kind, data, err := s.Store.ImageFile(c.Request().Context(), parts[1], width)
	if err != nil {
		return err
	}
	if (kind == "image/png") != (parts[3] == "png") {
		return domain.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // see shownElsewhere
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+parts[0]+`"`)
	h.Del("Vary")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(data))
	return nil
}
