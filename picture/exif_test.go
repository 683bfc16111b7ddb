package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"

	"postrider/picture"
)

// A picture of 40 by 20 whose left top quarter is red, held in each of the eight ways.
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

// What a camera wrote into a file is in none that is made of it.
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

// tiff is an Exif block that says how the camera was held.
func tiff(orientation uint16) []byte {
	out := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")                              // two entries at 8
	out = append(out, 0x01, 0x0f, 0, 2, 0, 0, 0, 4, 'A', 'n', 'n', 0)                // the maker of the camera
	out = append(out, 0x01, 0x12, 0, 3, 0, 0, 0, 1)                                  // the orientation
	return append(binary.BigEndian.AppendUint16(out, orientation), 0, 0, 0, 0, 0, 0) // and no further directory
}

// withExif puts an Exif block into a JPEG.
func withExif(file, exif []byte) []byte {
	exif = append([]byte("Exif\x00\x00"), exif...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Concat(head, exif, file[2:])
}

// withPNGExif puts one behind the header of a PNG.
func withPNGExif(file, exif []byte) []byte {
	return slices.Concat(file[:33], pngChunk("eXIf", exif), file[33:])
}

func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = slices.Concat(out, []byte(kind), data)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngHead is a PNG of which there is no more than its header.
func pngHead(wide, high uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, wide), high)
	return append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(size, 8, 6, 0, 0, 0))...)
}

// withWebPExif puts one behind the picture of 32 by 24 in a plain WebP, which becomes an extended one.
func withWebPExif(file, exif []byte) []byte {
	extended := []byte{'V', 'P', '8', 'X', 10, 0, 0, 0, 8, 0, 0, 0, 31, 0, 0, 23, 0, 0}
	exif = append(exif, make([]byte, len(exif)%2)...)
	chunk := append(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(exif))), exif...)
	out := slices.Concat(file[:12], extended, file[12:], chunk)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}
