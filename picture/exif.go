package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how the camera was held, by the numbers of Exif 2.32, section 4.6.4; 1 is upright. Values outside 1 to
// 8 count as upright.
type orientation uint16

// sideways reports whether the picture is on its side.
func (o orientation) sideways() bool { return o >= 5 && o <= 8 }

// turned is the picture the right way up.
func (o orientation) turned(src *image.RGBA) *image.RGBA {
	if o < 2 || o > 8 {
		return src
	}
	wide, high := src.Rect.Dx(), src.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, wide, high))
	if o.sideways() {
		out = image.NewRGBA(image.Rect(0, 0, high, wide))
	}
	for y := range high {
		for x := range wide {
			toX, toY := o.place(x, y, wide-1-x, high-1-y)
			copy(out.Pix[toY*out.Stride+4*toX:][:4], src.Pix[y*src.Stride+4*x:][:4])
		}
	}
	return out
}

// place maps a point, given by its distance from the left, top, right and bottom.
func (o orientation) place(left, top, right, bottom int) (x, y int) {
	to := [...][2]int{2: {right, top}, 3: {right, bottom}, 4: {left, bottom},
		5: {top, left}, 6: {bottom, left}, 7: {bottom, right}, 8: {top, right}}[o]
	return to[0], to[1]
}

// orientationOf finds the orientation in a JPEG, PNG or WebP file.
func orientationOf(file []byte) orientation {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8")):
		return inTIFF(exifOfJPEG(file))
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return inTIFF(exifOfPNG(file[8:]))
	case len(file) > 12 && string(file[8:12]) == "WEBP":
		return inTIFF(exifOfWebP(file[12:]))
	}
	return 1
}

// exifOfJPEG is the content of the APP1 segment of a JPEG (Exif 2.32, section 4.7.2); nil when there is none.
func exifOfJPEG(file []byte) []byte {
	for rest := file[2:]; len(rest) >= 4 && rest[0] == 0xff && rest[1] != 0xda; { // image data follows the start of scan
		size := int(binary.BigEndian.Uint16(rest[2:])) + 2 // including the marker
		if size < 4 || size > len(rest) {
			return nil
		}
		if exif, found := bytes.CutPrefix(rest[4:size], []byte("Exif\x00\x00")); found && rest[1] == 0xe1 {
			return exif
		}
		rest = rest[size:]
	}
	return nil
}

// exifOfPNG is the eXIf chunk (PNG, third edition, section 11.3.4.6) in what follows the signature.
func exifOfPNG(rest []byte) []byte {
	for len(rest) >= 12 {
		size := int64(binary.BigEndian.Uint32(rest))
		if size > int64(len(rest)-12) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+size]
		}
		rest = rest[12+size:]
	}
	return nil
}

// exifOfWebP is the EXIF chunk (RFC 9649, section 2.7.1.5) in what follows the file header. Some programs write it with
// the prefix used in JPEG.
func exifOfWebP(rest []byte) []byte {
	for len(rest) >= 8 {
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		padded := 8 + size + size%2
		if padded > int64(len(rest)) {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			return bytes.TrimPrefix(rest[8:8+size], []byte("Exif\x00\x00"))
		}
		rest = rest[padded:]
	}
	return nil
}

// inTIFF finds the Orientation tag in the first directory of an Exif block, which is a TIFF file (TIFF 6.0, section 2).
func inTIFF(exif []byte) orientation {
	const orientationTag, entrySize = 0x0112, 12
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if exif[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	for n := order.Uint16(exif[at:]); n > 0 && len(entries) >= entrySize; n-- {
		if order.Uint16(entries) == orientationTag {
			return orientation(order.Uint16(entries[8:]))
		}
		entries = entries[entrySize:]
	}
	return 1
}
