// Package static owns the files served unchanged to browsers: styles, scripts and images, embedded into the binary. The files under vendor/
// are third-party: each has its version in its name and its licence beside it.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed *.css *.js *.svg vendor
var files embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// names maps each file to its public name, which contains a hash of its content, and each public name to its file.
type names struct {
	public map[string]string
	file   map[string]file
}

// file is a file, plain and compressed.
type file struct {
	name          string
	plain, zipped []byte
}

var known = sync.OnceValue(prepare)

// prepare reads, hashes and compresses all files once.
func prepare() names {
	n := names{public: map[string]string{}, file: map[string]file{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
		zipped, err := zip(content)
		n.public[name], n.file[hashed] = hashed, file{name, content, zipped}
		return err
	})
	if err != nil {
		panic(err) // the files are part of the binary
	}
	return n
}

func zip(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// URL is the path of a file, such as "/static/app.0123456789abcdef.css" for "app.css". It changes with the content, so that browsers can
// keep the file forever.
func URL(name string) string { return Prefix + known().public[name] }

// Handler serves the files at their URLs and nothing else. A range request gets the file uncompressed.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := known().file[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h, body := w.Header(), f.plain
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		if TakesGzip(r) && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(f.zipped))) // ServeContent leaves it out
			body = f.zipped
		}
		http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(body))
	})
}

// TakesGzip reports whether an answer to the request may be compressed with gzip (RFC 9110, section 12.5.3).
func TakesGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(one, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(weight)), "q="), 64)
		return err != nil || q > 0
	}
	return false
}
