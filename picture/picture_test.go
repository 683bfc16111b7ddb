package picture_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"slices"
	"testing"

	"postrider/domain"
	"postrider/picture"
)

func TestMake(t *testing.T) {
	grey := color.NRGBA{90, 90, 90, 255}
	half := color.NRGBA{200, 0, 0, 128}
	cases := []struct {
		name, kind string
		file       []byte
		sizes      []domain.ImageSize
	}{
		{"a large PNG in three widths", "image/jpeg", asPNG(plain(2000, 1000, grey)), sized(400, 200, 800, 400, 1600, 800)},
		{"one between two widths keeps its own", "image/jpeg", asPNG(plain(1000, 500, grey)), sized(400, 200, 800, 400, 1000, 500)},
		{"one of exactly that width", "image/jpeg", asPNG(plain(800, 600, grey)), sized(400, 300, 800, 600)},
		{"a small one is not enlarged", "image/jpeg", asPNG(plain(30, 20, grey)), sized(30, 20)},
		{"a point", "image/jpeg", asPNG(plain(1, 1, grey)), sized(1, 1)},
		{"a hair", "image/jpeg", asPNG(plain(1, 20000, grey)), sized(1, 20000)},
		{"a line", "image/jpeg", asPNG(plain(20000, 1, grey)), sized(400, 1, 800, 1, 1600, 1)},
		{"transparency stays a PNG", "image/png", asPNG(plain(500, 10, half)), sized(400, 8, 500, 10)},
		{"a JPEG", "image/jpeg", asJPEG(plain(32, 24, grey)), sized(32, 24)},
		{"a progressive JPEG", "image/jpeg", testdata(t, "progressive.jpg"), sized(48, 32)},
		{"a CMYK JPEG", "image/jpeg", testdata(t, "cmyk.jpg"), sized(32, 24)},
		{"a WebP", "image/jpeg", testdata(t, "lossy.webp"), sized(32, 24)},
		{"a transparent WebP", "image/png", testdata(t, "clear.webp"), sized(24, 24)},
		{"a WebP of both kinds", "image/png", testdata(t, "clearlossy.webp"), sized(24, 24)},
		{"an animated GIF", "image/jpeg", asGIF(3), sized(20, 10)},
		{"sixteen bits per channel", "image/jpeg", asPNG(image.NewGray16(image.Rect(0, 0, 10, 10))), sized(10, 10)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			made, err := picture.NewMaker().Make(t.Context(), c.file)
			if err != nil {
				t.Fatal(err)
			}
			if made.Type != c.kind || !slices.EqualFunc(made.Sizes, c.sizes, sameSize) {
				t.Errorf("%s in %v", made.Type, widthsOf(made))
			}
			for _, z := range made.Sizes {
				decoded, kind, err := image.Decode(bytes.NewReader(z.Data))
				if err != nil || "image/"+kind != made.Type || decoded.Bounds() != image.Rect(0, 0, z.Width, z.Height) {
					t.Errorf("%d wide: %s, %v", z.Width, kind, err)
				}
			}
		})
	}
}

func TestMakeKeepsColours(t *testing.T) {
	red, blue := color.NRGBA{220, 20, 20, 255}, color.NRGBA{20, 20, 220, 255}
	halves := image.NewNRGBA(image.Rect(0, 0, 1000, 100))
	for x := range 1000 {
		for y := range 100 {
			halves.Set(x, y, map[bool]color.Color{true: red, false: blue}[x < 500])
		}
	}
	for _, size := range decoded(t, asPNG(halves)) {
		wide, middle := size.Bounds().Dx(), size.Bounds().Dy()/2
		near(t, size.At(wide/4, middle), red)
		near(t, size.At(wide*3/4, middle), blue)
	}
	t.Run("and half-transparent ones, where four pixels become one", func(t *testing.T) {
		checks := image.NewNRGBA(image.Rect(0, 0, 1600, 4))
		for x := range 1600 {
			for y := range 4 {
				if (x/2+y/2)%2 == 0 {
					checks.Set(x, y, red)
				}
			}
		}
		got := color.NRGBAModel.Convert(decoded(t, asPNG(checks))[0].At(200, 0)).(color.NRGBA)
		if got.R < 215 || got.A < 126 || got.A > 129 {
			t.Errorf("%v", got)
		}
	})
	t.Run("of the first frame of an animation", func(t *testing.T) {
		near(t, decoded(t, asGIF(3))[0].At(10, 5), color.NRGBA{255, 0, 0, 255})
	})
}

func TestMakeRefuses(t *testing.T) {
	whole := asPNG(plain(100, 100, color.White))
	cases := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, picture.ErrNoPicture},
		{"an SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>`), picture.ErrUnknown},
		{"HTML", []byte("<!doctype html><script>alert(1)</script>"), picture.ErrUnknown},
		{"a PDF", []byte("%PDF-1.4"), picture.ErrUnknown},
		{"the beginning of a header", whole[:5], picture.ErrUnknown},
		{"a header without a body", whole[:40], picture.ErrBroken},
		{"a truncated PNG", whole[:len(whole)/2], picture.ErrBroken},
		{"a truncated JPEG", asJPEG(plain(100, 100, color.White))[:300], picture.ErrBroken},
		{"a truncated WebP", testdata(t, "lossy.webp")[:60], picture.ErrBroken},
		{"a GIF without a frame", asGIF(1)[:20], picture.ErrBroken},
		{"an animated WebP, which is not supported", testdata(t, "moving.webp"), picture.ErrBroken},
		{"a header of 50,000 by 50,000", pngHead(50000, 50000), picture.ErrTooMany},
		{"one pixel more than 25 megapixels", pngHead(5000, 5001), picture.ErrTooMany},
		{"a side longer than programs can show", pngHead(1, 30001), picture.ErrTooMany},
		{"sides whose product overflows to a small one", pngHead(1<<16, 1<<16), picture.ErrTooMany},
		{"a header without a size", pngHead(0, 0), picture.ErrBroken},
		{"one byte too many", append(whole, make([]byte, picture.MaxBytes+1-len(whole))...), picture.ErrTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if made, err := picture.NewMaker().Make(t.Context(), c.file); !errors.Is(err, c.want) || made.Sizes != nil {
				t.Errorf("%v, %v; want %v", widthsOf(made), err, c.want)
			}
		})
	}
}

func FuzzMake(f *testing.F) {
	for _, name := range []string{"progressive.jpg", "cmyk.jpg", "lossy.webp", "clear.webp"} {
		f.Add(testdata(f, name))
	}
	f.Add(asPNG(plain(9, 9, color.NRGBA{1, 2, 3, 100})))
	f.Add(asGIF(2))
	f.Add(withExif(asJPEG(plain(9, 5, color.White)), tiff(6)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if head, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && head.Width*head.Height > 1_000_000 {
			return // it would take too long
		}
		made, err := picture.NewMaker().Make(t.Context(), file)
		if (err == nil) != (len(made.Sizes) > 0) {
			t.Errorf("%v, %v", widthsOf(made), err)
		}
		for _, z := range made.Sizes {
			if head, kind, err := image.DecodeConfig(bytes.NewReader(z.Data)); err != nil || "image/"+kind != made.Type || head.Width != z.Width || head.Height != z.Height {
				t.Errorf("%d wide: %v, %v", z.Width, head, err)
			}
		}
	})
}
