// Package picture processes uploaded pictures: it decodes them, turns them as the camera was held, scales them down and
// encodes them again. It keeps none of the uploaded bytes, so neither a location nor a script survives.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats that image.Decode supports
	"image/jpeg"
	"image/png"
	"runtime/debug"
	"time"

	_ "golang.org/x/image/webp"

	"postrider/domain"
)

// Limits of what is accepted. They bound the memory of one picture; only one is processed at a time.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 25_000_000
	MaxSide   = 30_000 // pixels
)

// widths are the widths in which a picture is stored, in pixels. A narrower picture keeps its own width.
var widths = [...]int{400, 800, 1600}

// patience is how long an upload waits for those of others.
const patience = 10 * time.Second

// quality is the JPEG quality, from 1 to 100.
const quality = 82

// Why a file is rejected.
var (
	ErrTooLarge  = fmt.Errorf("a picture has more than %d bytes", MaxBytes)
	ErrTooMany   = fmt.Errorf("a picture has more than %d pixels, or more than %d on a side", MaxPixels, MaxSide)
	ErrUnknown   = errors.New("not a PNG, JPEG, WebP or GIF")
	ErrBroken    = errors.New("the picture is damaged")
	ErrNoPicture = errors.New("the file is empty")
	ErrBusy      = errors.New("other pictures are being made")
)

// Maker processes pictures, one at a time.
type Maker struct {
	turn     chan struct{}
	patience time.Duration
}

// NewMaker creates a Maker.
func NewMaker() *Maker { return &Maker{turn: make(chan struct{}, 1), patience: patience} }

// Make makes a picture from a file: JPEG, or PNG if it has transparency. Of an animation it takes the first frame. The
// result has no id or name yet. The error is one of those above, or that of ctx.
func (m *Maker) Make(ctx context.Context, file []byte) (domain.Image, error) {
	if err := check(file); err != nil {
		return domain.Image{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, m.patience, ErrBusy)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
		defer func() {
			debug.FreeOSMemory() // nothing else in the program takes as much, and the next picture should not add to it
			<-m.turn
		}()
	case <-ctx.Done():
		return domain.Image{}, context.Cause(ctx)
	}
	return convert(file)
}

// check reads only the header of a file, which contains its size, so that a picture that is too large is never decoded.
func check(file []byte) error {
	switch {
	case len(file) == 0:
		return ErrNoPicture
	case len(file) > MaxBytes:
		return ErrTooLarge
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case errors.Is(err, image.ErrFormat):
		return ErrUnknown
	case err != nil || head.Width < 1 || head.Height < 1:
		return ErrBroken
	case max(head.Width, head.Height) > MaxSide, head.Width*head.Height > MaxPixels:
		return ErrTooMany
	}
	return nil
}

func convert(file []byte) (domain.Image, error) {
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return domain.Image{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	o := orientationOf(file)
	wide, high := decoded.Bounds().Dx(), decoded.Bounds().Dy()
	if o.sideways() {
		wide, high = high, wide
	}
	all := sizes(wide, high)
	widest := all[len(all)-1]
	if o.sideways() {
		widest.Width, widest.Height = widest.Height, widest.Width
	}
	scaled := o.turned(smaller(decoded, widest.Width, widest.Height))
	return encode(scaled, all)
}

// sizes are the sizes in which a picture is stored, narrowest first. None is wider than the picture.
func sizes(wide, high int) []domain.ImageSize {
	var all []domain.ImageSize
	for _, w := range widths {
		if w < wide {
			all = append(all, domain.ImageSize{Width: w, Height: max(1, (high*w+wide/2)/wide)})
		}
	}
	if wide <= widths[len(widths)-1] {
		all = append(all, domain.ImageSize{Width: wide, Height: high})
	}
	return all
}

// encode encodes a picture in the given sizes, the last of which is its own.
func encode(scaled *image.RGBA, all []domain.ImageSize) (domain.Image, error) {
	made := domain.Image{Type: "image/jpeg", Sizes: all}
	if !scaled.Opaque() {
		made.Type = "image/png"
	}
	for i := len(all) - 1; i >= 0; i-- {
		scaled = smaller(scaled, all[i].Width, all[i].Height)
		var out bytes.Buffer
		var err error
		if made.Type == "image/png" {
			err = png.Encode(&out, scaled)
		} else {
			err = jpeg.Encode(&out, scaled, &jpeg.Options{Quality: quality})
		}
		if err != nil {
			return domain.Image{}, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		all[i].Data = out.Bytes()
	}
	return made, nil
}
