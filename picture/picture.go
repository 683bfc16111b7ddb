// Package picture owns what becomes of a picture that somebody uploads: it is decoded, turned as its camera says, made
// smaller, and encoded anew. Of the bytes that were sent none is kept, so neither a position nor a script is.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats that image.Decode knows
	"image/jpeg"
	"image/png"
	"runtime/debug"
	"time"

	_ "golang.org/x/image/webp"

	"postrider/domain"
)

// Limits of what is taken. They bound the memory of one picture; only one is made at a time.
const (
	MaxBytes  = 10 << 20
	MaxPixels = 25_000_000
	MaxSide   = 30_000 // pixels
)

// widths are those in which a picture is kept, in pixels. A narrower one keeps its own.
var widths = [...]int{400, 800, 1600}

// patience is how long somebody waits for the pictures of others.
const patience = 10 * time.Second

// quality is that of a JPEG, from 1 to 100.
const quality = 82

// Why there is no picture.
var (
	ErrTooLarge  = fmt.Errorf("a picture has more than %d bytes", MaxBytes)
	ErrTooMany   = fmt.Errorf("a picture has more than %d pixels, or more than %d on a side", MaxPixels, MaxSide)
	ErrUnknown   = errors.New("not a PNG, JPEG, WebP or GIF")
	ErrBroken    = errors.New("the picture is damaged")
	ErrNoPicture = errors.New("the file is empty")
	ErrBusy      = errors.New("other pictures are being made")
)

// Maker makes pictures, one at a time.
type Maker struct {
	turn     chan struct{}
	patience time.Duration
}

// NewMaker makes a Maker.
func NewMaker() *Maker { return &Maker{turn: make(chan struct{}, 1), patience: patience} }

// Make makes a picture of a file: JPEG, or PNG when something shines through, and of an animation the first picture. It
// has no id and no name yet. The error is one of those above, or that of ctx.
func (m *Maker) Make(ctx context.Context, file []byte) (domain.Image, error) {
	if err := check(file); err != nil {
		return domain.Image{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, m.patience, ErrBusy)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
		defer func() {
			debug.FreeOSMemory() // of all that the program does this takes the most, and the next one should not need it twice
			<-m.turn
		}()
	case <-ctx.Done():
		return domain.Image{}, context.Cause(ctx)
	}
	return convert(file)
}

// check looks at the head of a file alone, which names its size: what is too large is never decoded.
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

// sizes are those in which a picture is kept, the narrowest first. None is wider than the picture.
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

// encode makes the files of a picture in the given sizes, whose last is its own.
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
