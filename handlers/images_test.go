package handlers_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

// smallImage is an image as the store keeps it.
func smallImage() domain.Image {
	return domain.Image{Type: "image/png", Sizes: []domain.ImageSize{{Width: 4, Height: 4, Data: pngFile(4, 4)}}}
}

func pngFile(wide, high int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, wide, high))) // a bytes.Buffer refuses nothing
	return out.Bytes()
}

// photo is a JPEG whose camera was held sideways and has noted where it was.
func photo() []byte {
	var out bytes.Buffer
	m := image.NewRGBA(image.Rect(0, 0, 1000, 500))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	_ = jpeg.Encode(&out, m, nil)
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 52.5200N 13.4050E"
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}
	return slices.Concat(head, []byte(exif), out.Bytes()[2:])
}

// form is a form of texts, and a picture that comes last.
func form(name string, file []byte, fields ...string) (kind string, body []byte) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	part, _ := w.CreateFormFile("image", name)
	_, _ = part.Write(file)
	_ = w.Close()
	return w.FormDataContentType(), out.Bytes()
}

// upload sends a form with a picture, with or without a length that is known before.
func (b *browser) upload(to, name string, file []byte, chunked bool, fields ...string) answer {
	kind, body := form(name, file, fields...)
	var from io.Reader = bytes.NewReader(body)
	if chunked {
		from = io.MultiReader(from)
	}
	r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+to, from)
	r.Header.Set("Content-Type", kind)
	return b.do(r)
}

var article = []string{"title", "With a picture", "slug", "with-a-picture", "content", "A long text", "image_alt", "A white wall", "published_at", "2026-03-10T12:00"}

func TestUpload(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		v.upload("/posts", "photo.jpg", photo(), false, article...).wantTo(t, "/posts/1/edit")
		p := v.postOf(1)
		if got := p.Image.Sizes; len(got) != 2 || got[0].Width != 400 || got[1].Width != 500 || got[1].Height != 1000 {
			t.Fatalf("%+v", p.Image)
		}
		v.get("/posts/1/edit").want(t, 200, p.Image.Path(400), "A white wall", "Remove the image", "Another image")
		v.post("/posts/preview", "id", "1", "title", "x", "content", "x", "image_alt", "A white wall").want(t, 200, p.Image.Path(500))
		old := p.Image
		v.upload("/posts/1", "new.png", pngFile(30, 20), true, append(article, "version", "1")...).wantTo(t, "/posts/1/edit")
		p = v.postOf(1)
		v.get(old.Path(400)).want(t, 404)
		v.get(p.Image.Path(30)).want(t, 200)
		v.post("/posts/1", append(article, "version", "2")...).wantTo(t, "/posts/1/edit")
		if v.postOf(1).Image.Name != p.Image.Name {
			t.Error("an edit of the text took the image away")
		}
		v.post("/posts/1", append(article, "version", "3", "image_remove", "on")...).wantTo(t, "/posts/1/edit")
		if got := v.postOf(1); len(got.Image.Sizes) > 0 || got.ImageAlt != "" {
			t.Errorf("%+v", got)
		}
		v.get(p.Image.Path(30)).want(t, 404)
		v.wantNoImages(t)
	})
}

// wantNoImages fails when a picture was stored.
func (st *site) wantNoImages(t *testing.T) {
	t.Helper()
	var images, sizes int
	if err := st.database().QueryRow(`SELECT (SELECT count(*) FROM images), (SELECT count(*) FROM image_sizes)`).Scan(&images, &sizes); err != nil || images+sizes > 0 {
		t.Errorf("%d images in %d sizes, %v", images, sizes, err)
	}
}

func TestImageIsServed(t *testing.T) {
	v := editorOf(t)
	v.upload("/posts", "photo.jpg", photo(), false, article...).want(t, 303)
	stranger, img := v.browser.site.browser(), v.postOf(1).Image
	a := stranger.get(img.Path(400))
	a.want(t, 200)
	for name, want := range map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Vary": "", "Set-Cookie": "",
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'", "Cache-Control": "public, max-age=31536000, immutable"} {
		if got := strings.Join(a.Header().Values(name), " "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := v.get(img.Path(400)); got.Header().Get("Cache-Control") != a.Header().Get("Cache-Control") || got.Header().Get("Set-Cookie") != "" {
		t.Errorf("for an editor: %v", got.Header())
	}
	t.Run("without what the camera noted, and upright", func(t *testing.T) {
		for _, size := range img.Sizes {
			body := stranger.get(img.Path(size.Width)).body
			head, err := jpeg.DecodeConfig(strings.NewReader(body))
			if err != nil || head.Width != size.Width || head.Height != 2*size.Width || strings.Contains(body, "GPS") || strings.Contains(body, "Exif") {
				t.Errorf("%v, %v", head, err)
			}
		}
	})
	t.Run("once to each browser", func(t *testing.T) {
		again := stranger.with("If-None-Match", a.Header().Get("ETag")).get(img.Path(400))
		if again.want(t, 304); again.body != "" || a.Header().Get("ETag") == "" {
			t.Errorf("ETag %q, %d bytes", a.Header().Get("ETag"), len(again.body))
		}
	})
	t.Run("under its names alone", func(t *testing.T) {
		for _, name := range []string{"x", img.Name + "-401.jpg", img.Name + "-400.png", img.Name + "-0400.jpg", img.Name + "-400.html",
			strings.ToUpper(img.Name) + "-400.jpg", img.Name + "-400.jpg.svg", img.Name, "%2e%2e", img.Name + "-99999999999999999999.jpg"} {
			stranger.get("/images/"+name).want(t, 404)
		}
	})
}

// SECURITY.md: what is no picture, or too much of one, is refused with words; nothing is stored, and nothing typed is lost.
func TestUploadsThatAreRefused(t *testing.T) {
	head := func(wide, high byte) []byte { // of a PNG of that many times 256 points
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
		{"a head of 49,920 by 49,920", "bomb.png", head(195, 195), 422, "too many pixels: at most 25 million, and 30,000 on a side"},
		{"a little more than 25 megapixels", "large.png", head(20, 20), 422, "too many pixels"},
		{"an SVG", "image.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 415, "Choose a PNG, JPEG, WebP or GIF."},
		{"HTML named .png", "page.png", []byte("<!doctype html><script>alert(1)</script>"), 415, "Choose a PNG, JPEG, WebP or GIF."},
		{"12 MB", "large.jpg", append(photo(), make([]byte, 12<<20)...), 413, "larger than 10 MB"},
		{"20 MB of nothing", "large.bin", make([]byte, 20<<20), 413, "larger than 10 MB"},
		{"more than anybody reads", "endless.bin", make([]byte, 70<<20), 413, "larger than 10 MB"},
		{"a file that breaks off", "photo.jpg", photo()[:2000], 422, "damaged"},
		{"no bytes", "empty.png", nil, 422, "The file is empty."},
		{"a WebP that moves", "moving.webp", moving, 422, "damaged, or cannot be read"},
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
	t.Run("have to be chosen again", func(t *testing.T) {
		v.upload("/posts", "cat.png", pngFile(4, 4), false, "title", "", "content", "A long text", "image_alt", "A cat").
			want(t, 422, "An article needs a title.", "Choose the picture again", "A long text")
		v.upload("/posts", "cat.png", pngFile(4, 4), false, "title", "A", "content", "A long text").want(t, 422, "Say what the image shows", "Choose the picture again")
		v.wantNoImages(t)
	})
	t.Run("are named together", func(t *testing.T) {
		v.upload("/posts", "cat.svg", []byte("<svg>"), false, "title", "", "content", "").
			want(t, 415, "An article needs a title.", "An article needs some text.", "Choose a PNG, JPEG, WebP or GIF.")
	})
	t.Run("are not kept when somebody was faster", func(t *testing.T) {
		p := storetest.Post(t, v.store, "A post", v.site.now)
		v.upload(path("posts", p.ID), "cat.png", pngFile(4, 4), false, append(article, "version", "9")...).want(t, 409, "Choose the picture again", "A post")
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
		v.post("/posts", "title", "x", "content", strings.Repeat("x", 1<<20)).want(t, 413, "larger than 1 MB")
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
	t.Run("of those who may not write lead where others do", func(t *testing.T) {
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
		for range 4 { // whose pictures do not end
			from, to := io.Pipe()
			r := httptest.NewRequest(http.MethodPost, "http://"+publicHost+"/posts", from)
			r.Header.Set("Content-Type", kind)
			b := v.enter(v.user)
			go func() { done <- b.do(r).Code }()
			if _, err := to.Write(body[:3000]); err != nil { // when it is read, there is a place for it
				t.Fatal(err)
			}
			ends = append(ends, to)
		}
		a := v.upload("/posts", "photo.jpg", photo(), false, article...)
		a.want(t, 503, "Other pictures are being worked on", `value="With a picture"`, "A long text")
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

// The server gives up on slow forms, but on slow pictures later.
func TestSlowUpload(t *testing.T) {
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
	if _, err := io.ReadAll(other); err != nil { // which ends when the server has lost its patience
		t.Fatal(err)
	}
	if _, err := picture.Write(body[half:]); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(picture).ReadString('\n'); !strings.Contains(line, "303") || len(v.posts()) != 1 {
		t.Errorf("%q, %v", line, err)
	}
}
