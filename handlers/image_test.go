package handlers_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
)

// smallImage is an image as the store keeps it.
func smallImage() domain.Image {
	return domain.Image{Type: "image/png", Sizes: []domain.ImageSize{{Width: 4, Height: 4, Data: pngFile(4, 4)}}}
}

func pngFile(wide, high int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, wide, high))) // writing to a bytes.Buffer cannot fail
	return out.Bytes()
}

// photo is a JPEG from a camera that was held sideways and recorded its location.
func photo() []byte {
	var out bytes.Buffer
	m := image.NewRGBA(image.Rect(0, 0, 1000, 500))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	_ = jpeg.Encode(&out, m, nil)
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 52.5200N 13.4050E"
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}
	return slices.Concat(head, []byte(exif), out.Bytes()[2:])
}

// form is a multipart form of texts with a picture at the end.
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

// upload sends a form with a picture, with or without a known length.
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
		v.get("/posts/1/edit").want(t, 200, p.Image.Path(400), "A white wall", "Remove image", "Replace image")
		v.submit("/posts/preview", "id", "1", "title", "x", "content", "x", "image_alt", "A white wall").want(t, 200, p.Image.Path(500))
		old := p.Image
		v.upload("/posts/1", "new.png", pngFile(30, 20), true, append(article, "version", "1")...).wantTo(t, "/posts/1/edit")
		p = v.postOf(1)
		v.get(old.Path(400)).want(t, 404)
		v.get(p.Image.Path(30)).want(t, 200)
		v.submit("/posts/1", append(article, "version", "2")...).wantTo(t, "/posts/1/edit")
		if v.postOf(1).Image.Name != p.Image.Name {
			t.Error("an edit of the text took the image away")
		}
		v.submit("/posts/1", append(article, "version", "3", "image_remove", "on")...).wantTo(t, "/posts/1/edit")
		if got := v.postOf(1); len(got.Image.Sizes) > 0 || got.ImageAlt != "" {
			t.Errorf("%+v", got)
		}
		v.get(p.Image.Path(30)).want(t, 404)
		v.wantNoImages(t)
	})
}

// wantNoImages fails if a picture was stored.
func (st *site) wantNoImages(t *testing.T) {
	t.Helper()
	if images, sizes := st.raw.Count("images"), st.raw.Count("image_sizes"); images+sizes > 0 {
		t.Errorf("%d images in %d sizes", images, sizes)
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
	t.Run("without camera metadata, and upright", func(t *testing.T) {
		for _, size := range img.Sizes {
			body := stranger.get(img.Path(size.Width)).body
			head, err := jpeg.DecodeConfig(strings.NewReader(body))
			if err != nil || head.Width != size.Width || head.Height != 2*size.Width || strings.Contains(body, "GPS") || strings.Contains(body, "Exif") {
				t.Errorf("%v, %v", head, err)
			}
		}
	})
	t.Run("once per browser", func(t *testing.T) {
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
