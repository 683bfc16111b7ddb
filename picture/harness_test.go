package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"testing"

	"postrider/domain"
	"postrider/picture"
)

func plain(wide, high int, c color.Color) image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, wide, high))
	points := color.NRGBAModel.Convert(c).(color.NRGBA)
	for i := 0; i < len(out.Pix); i += 4 {
		copy(out.Pix[i:], []uint8{points.R, points.G, points.B, points.A})
	}
	return out
}

func asPNG(m image.Image) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, m) // a bytes.Buffer never fails
	return out.Bytes()
}

func asJPEG(m image.Image) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, m, nil)
	return out.Bytes()
}

// asGIF is a 20 by 10 animation, red first.
func asGIF(pictures int) []byte {
	all := gif.GIF{}
	colours := color.Palette{color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}}
	for i := range pictures {
		p := image.NewPaletted(image.Rect(0, 0, 20, 10), colours)
		for at := range p.Pix {
			p.Pix[at] = uint8(min(i, 1))
		}
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 1)
	}
	var out bytes.Buffer
	_ = gif.EncodeAll(&out, &all)
	return out.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func sized(sides ...int) []domain.ImageSize {
	var all []domain.ImageSize
	for i := 0; i < len(sides); i += 2 {
		all = append(all, domain.ImageSize{Width: sides[i], Height: sides[i+1]})
	}
	return all
}

func sameSize(a, b domain.ImageSize) bool { return a.Width == b.Width && a.Height == b.Height }

func widthsOf(made domain.Image) [][2]int {
	var all [][2]int
	for _, z := range made.Sizes {
		all = append(all, [2]int{z.Width, z.Height})
	}
	return all
}

// decoded are the pictures made from a file, narrowest first.
func decoded(t *testing.T, file []byte) []image.Image {
	t.Helper()
	made, err := picture.NewMaker().Make(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	var all []image.Image
	for _, z := range made.Sizes {
		m, _, err := image.Decode(bytes.NewReader(z.Data))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

func near(t *testing.T, got color.Color, want color.NRGBA) {
	t.Helper()
	g := color.NRGBAModel.Convert(got).(color.NRGBA)
	for _, d := range []int{int(g.R) - int(want.R), int(g.G) - int(want.G), int(g.B) - int(want.B), int(g.A) - int(want.A)} {
		if d < -40 || d > 40 {
			t.Fatalf("%v is not near %v", g, want)
		}
	}
}

// tiff is an Exif block with an orientation.
func tiff(orientation uint16) []byte {
	out := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")                              // two entries at offset 8
	out = append(out, 0x01, 0x0f, 0, 2, 0, 0, 0, 4, 'A', 'n', 'n', 0)                // the camera maker
	out = append(out, 0x01, 0x12, 0, 3, 0, 0, 0, 1)                                  // the orientation
	return append(binary.BigEndian.AppendUint16(out, orientation), 0, 0, 0, 0, 0, 0) // no further directory
}

// withExif adds an Exif block to a JPEG.
func withExif(file, exif []byte) []byte {
	exif = append([]byte("Exif\x00\x00"), exif...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Concat(head, exif, file[2:])
}

// withPNGExif adds an Exif block after the header of a PNG.
func withPNGExif(file, exif []byte) []byte {
	return slices.Concat(file[:33], pngChunk("eXIf", exif), file[33:])
}

func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = slices.Concat(out, []byte(kind), data)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngHead is a PNG that consists only of its header.
func pngHead(wide, high uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, wide), high)
	return append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(size, 8, 6, 0, 0, 0))...)
}

// withWebPExif adds an Exif block after the 32 by 24 picture of a simple WebP, which makes it an extended one.
func withWebPExif(file, exif []byte) []byte {
	extended := []byte{'V', 'P', '8', 'X', 10, 0, 0, 0, 8, 0, 0, 0, 31, 0, 0, 23, 0, 0}
	exif = append(exif, make([]byte, len(exif)%2)...)
	chunk := append(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(exif))), exif...)
	out := slices.Concat(file[:12], extended, file[12:], chunk)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}
