package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math"

	"postrider/domain"
	"postrider/picture"
)

// blob is an ellipse of a drawing: its position, size and rotation. A drawing is 3 wide and 2 high.
type blob struct {
	x, y, wide, high, turn float64 // turn in radians
	colour                 uint32  // 0xRRGGBB
}

// The drawings of the demo's articles: a loaf on its board, and plums in rows.
func loaf() []blob {
	all := []blob{{1.5, 1.66, 1.3, 0.14, 0, 0xb99a6b}, {1.5, 1.6, 1.3, 0.13, 0, 0xd9bd8b}, {1.5, 1.12, 0.98, 0.55, 0, 0x6d4426},
		{1.5, 1.07, 0.93, 0.49, 0, 0x8c5a31}, {1.45, 1.0, 0.8, 0.36, 0, 0xa87040}}
	for _, x := range []float64{0.98, 1.3, 1.62, 1.94} {
		all = append(all, blob{x, 0.94, 0.05, 0.3, 0.5, 0xecd9b4})
	}
	return all
}

func plums() []blob {
	all := []blob{{1.5, 1, 1.42, 0.93, 0, 0xe7c68c}, {1.5, 0.97, 1.34, 0.86, 0, 0xf3dcab}}
	for row := range 3 {
		for i := range 5 {
			x, y := 0.62+0.44*float64(i), 0.5+0.47*float64(row)
			all = append(all, blob{x, y, 0.19, 0.2, 0.3, 0x4b2450}, blob{x - 0.01, y - 0.02, 0.14, 0.14, 0.3, 0xa8466a}, blob{x, y, 0.05, 0.07, 0.3, 0xd98a6e})
		}
	}
	return all
}

// drawn turns a drawing into a picture, as an upload would.
func drawn(ctx context.Context, paper uint32, blobs []blob) (domain.Image, error) {
	const scale = 400 // pixels per unit
	img := image.NewRGBA(image.Rect(0, 0, 3*scale, 2*scale))
	for y := range 2 * scale {
		for x := range 3 * scale {
			r, g, b := parts(paper)
			for _, e := range blobs {
				cover := e.cover((float64(x)+0.5)/scale, (float64(y)+0.5)/scale, scale)
				er, eg, eb := parts(e.colour)
				r, g, b = r+(er-r)*cover, g+(eg-g)*cover, b+(eb-b)*cover
			}
			img.SetRGBA(x, y, color.RGBA{uint8(r), uint8(g), uint8(b), 255})
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		return domain.Image{}, err
	}
	return picture.NewMaker().Make(ctx, file.Bytes())
}

// cover is how much of a pixel the blob covers, from 0 to 1.
func (e blob) cover(x, y, scale float64) float64 {
	sin, cos := math.Sincos(e.turn)
	dx, dy := x-e.x, y-e.y
	away := math.Hypot((dx*cos+dy*sin)/e.wide, (dy*cos-dx*sin)/e.high)
	return min(1, max(0, (1-away)*min(e.wide, e.high)*scale+0.5))
}

func parts(colour uint32) (r, g, b float64) {
	return float64(colour >> 16), float64(colour >> 8 & 255), float64(colour & 255)
}
