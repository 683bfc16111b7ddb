package handlers_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"postrider/picture"
	"postrider/store/storetest"
)

// photoOf is a photo of that many bytes.
func photoOf(size int) []byte {
	file := photo()
	return append(file, make([]byte, size-len(file))...)
}

func TestUploadOfTheLargestSize(t *testing.T) {
	v := editorOf(t)
	v.upload("/posts", "photo.jpg", photoOf(picture.MaxBytes), false, article...).want(t, 303)
	if all := v.posts(); len(all) != 1 || len(all[0].Image.Sizes) == 0 {
		t.Errorf("%+v", all)
	}
}

func TestRefusedUploads(t *testing.T) {
	head := func(wide, high byte) []byte { // of a PNG with sides of that many times 256 pixels
		file := pngFile(1, 1)
		copy(file[16:], []byte{0, 0, wide, 0, 0, 0, high, 0})
		binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
		return file
	}
	moving, err := os.ReadFile("../picture/testdata/moving.webp")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, file string
		content    []byte
		status     int
		why        string
	}{
		{"a header of 49,920 by 49,920", "bomb.png", head(195, 195), 422, "too many pixels: the limit is 25 million, and 30,000 on each side"},
		{"a little more than 25 megapixels", "large.png", head(20, 20), 422, "too many pixels"},
		{"an SVG", "image.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 415, "Choose a PNG, JPEG, WebP or GIF."},
		{"HTML named .png", "page.png", []byte("<!doctype html><script>alert(1)</script>"), 415, "Choose a PNG, JPEG, WebP or GIF."},
		{"one byte above 10 MB", "large.jpg", photoOf(picture.MaxBytes + 1), 413, "larger than 10 MB"},
		{"20 MB of nothing", "large.bin", make([]byte, 20<<20), 413, "larger than 10 MB"},
		{"more than is ever read", "endless.bin", make([]byte, 70<<20), 413, "larger than 10 MB"},
		{"a truncated file", "photo.jpg", photo()[:2000], 422, "damaged"},
		{"no bytes", "empty.png", nil, 422, "The file is empty."},
		{"an animated WebP", "moving.webp", moving, 422, "The image is damaged"},
	}
	v := editorOf(t)
	p := storetest.Post(t, v.store, "A post", v.site.now)
	for _, c := range cases {
		for _, chunked := range []bool{false, true} {
			t.Run(c.name+map[bool]string{true: ", in chunks"}[chunked], func(t *testing.T) {
				for _, to := range []string{"/posts", path("posts", p.ID)} {
					a := v.upload(to, c.file, c.content, chunked, append(article, "version", "1")...)
					a.want(t, c.status, c.why, `value="With a picture"`, `value="with-a-picture"`, "A long text", `value="A white wall"`, `value="2026-03-10T12:00"`,
						`aria-invalid="true"`, `action="`+to+`"`)
				}
				if all := v.posts(); len(all) != 1 || all[0].Version != 1 {
					t.Errorf("%+v", all)
				}
				v.wantNoImages(t)
			})
		}
	}
}

func TestUploadsBesideMistakes(t *testing.T) {
	v := editorOf(t)
	t.Run("must be chosen again", func(t *testing.T) {
		v.upload("/posts", "cat.png", pngFile(4, 4), false, "title", "", "content", "A long text", "image_alt", "A cat").
			want(t, 422, "An article needs a title.", "Choose the image again", "A long text")
		v.upload("/posts", "cat.png", pngFile(4, 4), false, "title", "A", "content", "A long text").want(t, 422, "Describe the image for readers", "Choose the image again")
		v.wantNoImages(t)
	})
	t.Run("are named together", func(t *testing.T) {
		v.upload("/posts", "cat.svg", []byte("<svg>"), false, "title", "", "content", "").
			want(t, 415, "An article needs a title.", "An article needs some text.", "Choose a PNG, JPEG, WebP or GIF.")
	})
	t.Run("are not saved when someone else saved first", func(t *testing.T) {
		p := storetest.Post(t, v.store, "A post", v.site.now)
		v.upload(path("posts", p.ID), "cat.png", pngFile(4, 4), false, append(article, "version", "9")...).want(t, 409, "Choose the image again", "A post")
		v.wantNoImages(t)
	})
	t.Run("show their names nowhere", func(t *testing.T) {
		v.upload("/posts", evil+".png", []byte("x"), false, article...).wantLack(t, "<script>alert", "alert(1)")
	})
}

func TestUploadForms(t *testing.T) {
	t.Run("with too much text are too large", func(t *testing.T) {
		v := editorOf(t)
		v.upload("/posts", "cat.png", pngFile(4, 4), false, append(article, "more", strings.Repeat("x", 1<<20))...).want(t, 413, "larger than 1 MB")
		v.submit("/posts", "title", "x", "content", strings.Repeat("x", 1<<20)).want(t, 413, "larger than 1 MB")
		many := []string{}
		for range 12000 {
			many = append(many, "a", "")
		}
		v.upload("/posts", "cat.png", pngFile(4, 4), false, many...).want(t, 413)
		if len(v.posts()) > 0 {
			t.Error("something was saved")
		}
	})
	t.Run("that are damaged are 400, and of other types 415", func(t *testing.T) {
		v := editorOf(t)
		v.send(http.MethodPost, "/posts", "multipart/form-data; boundary=x", "--x\r\nnonsense").want(t, 400)
		v.send(http.MethodPost, "/posts", "multipart/form-data", "x").want(t, 400)
		v.send(http.MethodPost, "/posts", "application/json", "{}").want(t, 415)
		kind, body := form("photo.jpg", photo(), article...)
		v.send(http.MethodPost, "/posts", kind, string(body[:len(body)-3000])).want(t, 400)
		if len(v.posts()) > 0 {
			t.Error("something was saved")
		}
	})
	t.Run("of users who may not write lead to the same places", func(t *testing.T) {
		st := open(t)
		b, _ := st.signedIn("user@example.com")
		b.upload("/posts", "photo.jpg", photo(), false, article...).want(t, 403)
		st.browser().upload("/posts", "photo.jpg", make([]byte, 9<<20), false, article...).wantTo(t, "/login?next=%2F")
	})
	t.Run("more than four at once are told to wait, and lose nothing but the picture", func(t *testing.T) {
		v := editorOf(t)
		kind, body := form("photo.jpg", photo(), article...)
		var ends []*io.PipeWriter
		done := make(chan int, 4)
		for range 4 { // uploads that never end
			from, to := io.Pipe()
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/posts", from)
			r.Header.Set("Content-Type", kind)
			b := v.enter(v.user)
			go func() { done <- b.do(r).Code }()
			if _, err := to.Write(body[:3000]); err != nil { // once this is read, a slot is taken
				t.Fatal(err)
			}
			ends = append(ends, to)
		}
		a := v.upload("/posts", "photo.jpg", photo(), false, article...)
		a.want(t, 503, "Other images are being processed", `value="With a picture"`, "A long text")
		if a.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		for _, end := range ends {
			_ = end.CloseWithError(io.ErrUnexpectedEOF)
		}
		for range ends {
			select {
			case status := <-done:
				if status != 400 {
					t.Errorf("status %d", status)
				}
			case <-time.After(time.Minute):
				t.Fatal("one does not end")
			}
		}
		v.upload("/posts", "photo.jpg", photo(), false, article...).want(t, 303)
	})
}

// The server gives up on slow forms, and later on slow pictures.
func TestSlowUpload(t *testing.T) {
	t.Parallel()
	v := editorOf(t)
	server := httptest.NewUnstartedServer(v.handler)
	server.Config.ReadTimeout = 2 * time.Second
	server.Start()
	defer server.Close()
	kind, body := form("photo.jpg", photo(), article...)
	half := len(body) / 2
	begin := func(path string) *net.TCPConn {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\nCookie: %s=%s\r\n\r\n%s",
			path, kind, len(body), cookieName, v.cookies[cookieName].Value, body[:half])
		return conn.(*net.TCPConn)
	}
	picture, other := begin("/posts"), begin("/clients")
	if _, err := io.ReadAll(other); err != nil { // ends when the server gives up
		t.Fatal(err)
	}
	if _, err := picture.Write(body[half:]); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(picture).ReadString('\n'); !strings.Contains(line, "303") || len(v.posts()) != 1 {
		t.Errorf("%q, %v", line, err)
	}
}
