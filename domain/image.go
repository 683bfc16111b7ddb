package domain

// Image is an uploaded picture, kept in one or several widths.
type Image struct {
	ID    int64
	Name  string      // random; /images/NAME-WIDTH.EXT is the address of a size
	Type  string      // "image/jpeg" or "image/png"
	Sizes []ImageSize // the narrowest first; at least one
}

// ImageSize is how large a picture is, in pixels, and its file.
type ImageSize struct {
	Width, Height int
	Data          []byte // only of an image that is new, or that is asked for
}
