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

// zipFrom is the size, in bytes, from which compressing is worth it: a shorter body fits into one packet anyway.
const zipFrom = 1024

// parcel is what an answer holds: the body as it is, zipped, or both.
type parcel struct {
	kind          string // Content-Type
	tag           string // ETag; "" for what is made anew for each visit
	plain, zipped []byte
	post          int64     // id of the article that is read in it; 0 for none
	until         time.Time // when it is too old to be sent; never when zero
}

// send answers with the parcel, or with 304 when the browser has it already. What is compressed tells an attacker its
// length (BREACH), who learns something only by making the browser ask with its session many times, and with texts of
// the attacker's in the answer: the SameSite cookie does not come along from other sites.
func (s *Server) send(c echo.Context, status int, p parcel) error {
	h, zip := c.Response().Header(), static.TakesGzip(c.Request())
	h.Add("Vary", "Accept-Encoding")
	if p.tag != "" {
		h.Set("ETag", p.tag)
		if has(c.Request(), p.tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	if err := s.unpack(&p, zip); err != nil {
		return err
	}
	body := p.plain
	if zip && p.zipped != nil {
		h.Set("Content-Encoding", "gzip")
		body = p.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body))) // which HEAD has, too
	return c.Blob(status, p.kind, body)
}

// unpack makes the form of the body that is to be sent.
func (s *Server) unpack(p *parcel, zip bool) (err error) {
	switch {
	case zip && p.zipped == nil && len(p.plain) >= zipFrom:
		p.zipped, err = s.zip(p.plain)
	case !zip && p.zipped != nil && p.plain == nil:
		var in *gzip.Reader
		if in, err = gzip.NewReader(bytes.NewReader(p.zipped)); err == nil {
			p.plain, err = io.ReadAll(in)
		}
	}
	return err
}

// newZippers makes as many as can be at work at once.
func newZippers() chan *gzip.Writer {
	all := make(chan *gzip.Writer, runtime.GOMAXPROCS(0))
	for range cap(all) {
		all <- gzip.NewWriter(nil)
	}
	return all
}

func (s *Server) zip(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w := <-s.zippers
	defer func() { s.zippers <- w }()
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// tagOf is an entity tag of a body. It is weak because it is the same for both forms (RFC 9110, section 8.8.3).
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// has reports whether the browser has what the tag stands for (RFC 9110, section 13.1.2).
func has(r *http.Request, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
