package domain

// Image is an uploaded picture, stored in one or more widths.
type Image struct {
	ID    int64
	Name  string      // random; a size is served at /images/NAME-WIDTH.EXT
	Type  string      // "image/jpeg" or "image/png"
	Sizes []ImageSize // narrowest first; at least one
}

// ImageSize is one size of a picture, in pixels, and its file.
type ImageSize struct {
	Width, Height int
	Data          []byte // set only on a new image, or when asked for
}
