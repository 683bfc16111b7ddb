package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFilesAreCompressedOnce(t *testing.T) {
	for name, f := range known().file {
		in, err := gzip.NewReader(bytes.NewReader(f.zipped))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(in); err != nil || !bytes.Equal(text, f.plain) {
			t.Errorf("%s: another content, %v", name, err)
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, Prefix+name, nil)
			r.Header.Set("Accept-Encoding", "gzip, deflate, br")
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			h := w.Header()
			if w.Code != 200 || h.Get("Content-Encoding") != "gzip" || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") == "application/gzip" {
				t.Errorf("%s %s: %d %v", method, name, w.Code, h)
			}
			if method == http.MethodGet && !bytes.Equal(w.Body.Bytes(), f.zipped) {
				t.Errorf("%s: another body", name)
			}
		}
	}
}
