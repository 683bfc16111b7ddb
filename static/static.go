// Package static owns the files that browsers get as they are: styles, scripts and images, embedded into the binary.
// What is under vendor/ was written by others: its licence lies beside it, its version is in the name.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed *.css *.js *.svg vendor
var files embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// names gives the public name of each file, with a hash of its content, and the file of each public name.
type names struct{ public, file map[string]string }

var known = sync.OnceValue(hashAll)

func hashAll() names {
	n := names{public: map[string]string{}, file: map[string]string{}}
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
		n.public[name], n.file[hashed] = hashed, name
		return nil
	})
	if err != nil {
		panic(err) // the files are part of the binary
	}
	return n
}

// URL is the path under which a file is served, as "/static/app.0123456789abcdef.css" for "app.css". It changes with the
// content, so browsers keep the file for good.
func URL(name string) string { return Prefix + known().public[name] }

// Handler serves the files at their URLs, and nothing else.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := known().file[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		http.ServeFileFS(w, r, files, name)
	})
}
