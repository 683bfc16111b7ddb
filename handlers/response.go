package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"postrider/static"
)

// zipFrom is the size in bytes from which compression pays off: a smaller body fits into one packet anyway.
const zipFrom = 1024

// response is an answer ready to send: its body plain, compressed, or both.
type response struct {
	kind          string // Content-Type
	tag           string // ETag; "" if made for one visit
	plain, zipped []byte
	post          int64     // id of the article on the page; 0 for none
	until         time.Time // when it expires; zero for never
}

// send sends a response, or 304 if the browser has it. The size of a compressed answer can leak its content (BREACH), but only to an
// attacker who makes the browser repeat requests with its session and the attacker's text in the answer. The SameSite cookie prevents that:
// other sites' requests do not carry it.
func (s *Server) send(c echo.Context, status int, res response) error {
	h, zip := c.Response().Header(), static.TakesGzip(c.Request())
	h.Add("Vary", "Accept-Encoding")
	if res.tag != "" {
		h.Set("ETag", res.tag)
		if has(c.Request(), res.tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	if err := s.unpack(&res, zip); err != nil {
		return err
	}
	body := res.plain
	if zip && res.zipped != nil {
		h.Set("Content-Encoding", "gzip")
		body = res.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body))) // for HEAD too
	return c.Blob(status, res.kind, body)
}

// unpack compresses or decompresses the body as the browser needs it.
func (s *Server) unpack(res *response, zip bool) (err error) {
	switch {
	case zip && res.zipped == nil && len(res.plain) >= zipFrom:
		res.zipped, err = s.zip(res.plain)
	case !zip && res.zipped != nil && res.plain == nil:
		var in *gzip.Reader
		if in, err = gzip.NewReader(bytes.NewReader(res.zipped)); err == nil {
			res.plain, err = io.ReadAll(in)
		}
	}
	return err
}

// newGzipWriters makes one writer per processor.
func newGzipWriters() chan *gzip.Writer {
	all := make(chan *gzip.Writer, runtime.GOMAXPROCS(0))
	for range cap(all) {
		all <- gzip.NewWriter(nil)
	}
	return all
}

func (s *Server) zip(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w := <-s.gzipWriters
	defer func() { s.gzipWriters <- w }()
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// tagOf returns the entity tag of a body. It is weak because it is the same with and without compression (RFC 9110, section 8.8.3).
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// has reports whether the browser has the version with that tag (RFC 9110, section 13.1.2).
func has(r *http.Request, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
