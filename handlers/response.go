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

// zipFrom is the size, in bytes, from which compressing pays off: a shorter body fits into one packet anyway.
const zipFrom = 1024

// response is an answer that can be sent: its body as it is, compressed, or both.
type response struct {
	kind          string // Content-Type
	tag           string // ETag; "" for what is made anew for each visit
	plain, zipped []byte
	post          int64     // id of the article that is read in it; 0 for none
	until         time.Time // when it is too old to be sent; never when zero
}

// send sends a response, or 304 when the browser has it. What is compressed tells an attacker its
// length (BREACH), who learns something only by making the browser ask with its session many times, and with texts of
// the attacker's in the answer: the SameSite cookie does not come along from other sites.
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
	h.Set("Content-Length", strconv.Itoa(len(body))) // which HEAD has, too
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

// newGzipWriters makes one writer for each processor.
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

// tagOf is an entity tag of a body. It is weak because it is the same with and without compression (RFC 9110, section 8.8.3).
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
