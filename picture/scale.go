package picture

import (
	"image"
	"image/draw"
)

// smaller scales a picture down. Each pixel is the mean of the pixels it replaces. Rows are read one at a time, so it
// takes hardly any memory besides the two pictures.
func smaller(src image.Image, wide, high int) *image.RGBA {
	bounds := src.Bounds()
	if own, ok := src.(*image.RGBA); ok && bounds == image.Rect(0, 0, wide, high) {
		return own
	}
	out := image.NewRGBA(image.Rect(0, 0, wide, high))
	row := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), 1))
	line, sums := make([]uint64, 4*wide), make([]uint64, 4*wide)
	all := uint64(bounds.Dx()) * uint64(bounds.Dy())
	for from, to, room := 0, 0, bounds.Dy(); from < bounds.Dy(); from++ {
		draw.Draw(row, row.Bounds(), src, image.Pt(bounds.Min.X, bounds.Min.Y+from), draw.Src)
		narrow(line, row.Pix, bounds.Dx(), wide)
		part := min(high, room)
		add(sums, line, part)
		if room -= part; room > 0 {
			continue
		}
		finish(out.Pix[to*out.Stride:], sums, all)
		add(sums, line, high-part)
		to, room = to+1, bounds.Dy()-(high-part)
	}
	return out
}

// narrow adds a row of many pixels to the sums for a line of few. Each of the many has the weight few, and each of the
// few holds the weight many; a pixel between two of them is split.
func narrow(line []uint64, row []uint8, many, few int) {
	var r, g, b, a uint64
	for from, to, room := 0, 0, many; from < many; from++ {
		p := row[4*from : 4*from+4 : 4*from+4]
		p0, p1, p2, p3 := uint64(p[0]), uint64(p[1]), uint64(p[2]), uint64(p[3])
		part := min(few, room)
		w := uint64(part)
		r, g, b, a = r+p0*w, g+p1*w, b+p2*w, a+p3*w
		if room -= part; room > 0 {
			continue
		}
		line[4*to], line[4*to+1], line[4*to+2], line[4*to+3] = r, g, b, a
		w = uint64(few - part)
		r, g, b, a = p0*w, p1*w, p2*w, p3*w
		to, room = to+1, many-(few-part)
	}
}

func add(sums, line []uint64, weight int) {
	for i, v := range line {
		sums[i] += v * uint64(weight)
	}
}

// finish writes the means of a row, and starts the next one.
func finish(out []uint8, sums []uint64, all uint64) {
	for i, sum := range sums {
		out[i] = uint8((sum + all/2) / all)
	}
	clear(sums)
}
