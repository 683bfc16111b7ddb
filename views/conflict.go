package views

import (
	"context"
	"time"

	"github.com/a-h/templ"
)

// Conflict is the choice between two versions of a thing after another user saved it. The zero Conflict is none.
type Conflict struct {
	At     time.Time         // when the other version was saved
	Theirs map[string]string // by field name, the other version as its control shows it; equal fields are left out
	Taken  map[string]bool   // by field name, whether the reader prefers the other version
}

func (c Conflict) exists() bool { return !c.At.IsZero() }

// take is the name of the choice between the versions of a field; mine and theirs are its values.
func (f Field) take() string { return f.Name + takeSuffix }

const (
	takeSuffix = ".take"
	mine       = "mine"
	theirs     = "theirs"
)

// other are the attributes of the control with the other version, which can be read and copied but not changed.
func (f Field) other(ctx context.Context) templ.Attributes {
	return templ.Attributes{"readonly": true, "aria-label": t(ctx, "%s: their version", f.Label)}
}

// optionText is the text of the option with that value.
func (f Field) optionText(value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}
