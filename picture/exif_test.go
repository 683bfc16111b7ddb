package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"

	"postrider/picture"
)

// A 40 by 20 picture with a red top left quarter, held in each of the eight ways.
func TestOrientation(t *testing.T) {
	red, white := color.NRGBA{255, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}
	held := image.NewNRGBA(image.Rect(0, 0, 40, 20))
	draw.Draw(held, held.Bounds(), image.NewUniform(white), image.Point{}, draw.Src)
	draw.Draw(held, image.Rect(0, 0, 20, 10), image.NewUniform(red), image.Point{}, draw.Src)
	for _, c := range []struct {
		way        uint16
		wide, high int
		redX, redY int // the middle of the red quarter
	}{
		{0, 40, 20, 10, 5}, {1, 40, 20, 10, 5}, {2, 40, 20, 30, 5}, {3, 40, 20, 30, 15}, {4, 40, 20, 10, 15},
		{5, 20, 40, 5, 10}, {6, 20, 40, 15, 10}, {7, 20, 40, 15, 30}, {8, 20, 40, 5, 30}, {9, 40, 20, 10, 5}, {65535, 40, 20, 10, 5},
	} {
		for kind, file := range map[string][]byte{
			"JPEG": withExif(asJPEG(held), tiff(c.way)), "PNG": withPNGExif(asPNG(held), tiff(c.way)),
		} {
			t.Run(fmt.Sprintf("%d in a %s", c.way, kind), func(t *testing.T) {
				got := decoded(t, file)[0]
				if got.Bounds() != image.Rect(0, 0, c.wide, c.high) {
					t.Fatalf("%v", got.Bounds())
				}
				near(t, got.At(c.redX, c.redY), red)
				for _, x := range []int{c.wide / 4, c.wide * 3 / 4} {
					for _, y := range []int{c.high / 4, c.high * 3 / 4} {
						if x != c.redX || y != c.redY {
							near(t, got.At(x, y), white)
						}
					}
				}
			})
		}
	}
	t.Run("6 in a WebP", func(t *testing.T) {
		for _, exif := range [][]byte{tiff(6), append([]byte("Exif\x00\x00"), tiff(6)...)} {
			if got := decoded(t, withWebPExif(testdata(t, "lossy.webp"), exif))[0].Bounds(); got != image.Rect(0, 0, 24, 32) {
				t.Errorf("%v", got)
			}
		}
	})
}

// Camera metadata in the file is in none of the pictures made from it.
func TestMetadataIsDropped(t *testing.T) {
	photo := plain(500, 250, color.NRGBA{1, 100, 1, 255})
	secrets := [][]byte{[]byte("52.5200N13.4050E"), []byte("Exif"), []byte("<script>"), []byte("Ann's camera")}
	tagged := slices.Concat(tiff(1), secrets[0], secrets[2], secrets[3])
	for kind, file := range map[string][]byte{"JPEG": withExif(asJPEG(photo), tagged), "PNG": withPNGExif(asPNG(photo), tagged),
		"WebP":                          withWebPExif(testdata(t, "lossy.webp"), append([]byte("Exif\x00\x00"), tagged...)),
		"JPEG with more behind its end": append(asJPEG(photo), tagged...)} {
		made, err := picture.NewMaker().Make(t.Context(), file)
		if err != nil || !bytes.Contains(file, secrets[0]) {
			t.Fatalf("%s: %v", kind, err)
		}
		for _, z := range made.Sizes {
			for _, secret := range secrets {
				if bytes.Contains(z.Data, secret) {
					t.Errorf("%s: %q is in the one of %d", kind, secret, z.Width)
				}
			}
		}
	}
}

func TestDamagedExif(t *testing.T) {
	photo := asJPEG(plain(40, 20, color.White))
	far := tiff(6)
	binary.BigEndian.PutUint32(far[4:], 1<<32-1)
	many := tiff(6)
	binary.BigEndian.PutUint16(many[8:], 1<<16-1)
	for name, exif := range map[string][]byte{"nothing": nil, "a word": []byte("MM"), "a far directory": far, "a cut one": tiff(6)[:12]} {
		if got := decoded(t, withExif(photo, exif))[0].Bounds().Dx(); got != 40 {
			t.Errorf("%s: %d wide", name, got)
		}
	}
	if got := decoded(t, withExif(photo, many))[0].Bounds().Dx(); got != 20 {
		t.Errorf("more entries than are there: %d wide", got)
	}
}
