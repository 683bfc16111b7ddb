package views

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"postrider/domain"
	"postrider/locale"
)

// PostForm is the form of a post, as typed.
type PostForm struct {
	ID                    string // "" for a new one
	Title, Slug, Content  string
	PublishedAt, ImageAlt string
	Remove                bool // the image shall go
	Version               string
	Row                   bool // it stands in a row of the list, with the title, the slug and the date alone
	Again                 bool // a picture came with it, which no browser sends again by itself
	Conflict              Conflict

	Image     domain.Image // as saved, and so are these
	SavedSlug string
	State     domain.PostState // "" for a new one
}

func (f PostForm) name() string {
	if f.ID == "" {
		return "post-new"
	}
	return "post-" + f.ID
}

func (f PostForm) action() string {
	if f.ID == "" {
		return "/posts"
	}
	return "/posts/" + f.ID
}

func (f PostForm) heading(ctx context.Context) string {
	if f.ID == "" {
		return t(ctx, "New article")
	}
	return t(ctx, "Edit article")
}

// title shows the address that the article will have, as it is typed.
func (f PostForm) title(ctx context.Context) Field {
	return Field{Form: f.name(), Name: "title", Label: t(ctx, "Title"), Value: f.Title, Required: true,
		Attrs: templ.Attributes{"maxlength": "200", "autocomplete": "off", "autofocus": f.Row || f.ID == "",
			"hx-get": "/posts/slug?id=" + f.ID, "hx-trigger": "input changed delay:300ms", "hx-sync": "this:replace",
			"hx-target": "#" + f.name() + "-address", "hx-swap": "innerHTML"}}
}

func (f PostForm) slug(ctx context.Context) Field {
	field := Field{Form: f.name(), Name: "slug", Label: t(ctx, "Address in the blog"), Value: f.Slug,
		Hint: t(ctx, "Leave it empty, and it is made from the title."),
		Attrs: templ.Attributes{"maxlength": "100", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
			"placeholder": t(ctx, "from-the-title")}}
	if f.Row {
		field.Hint = "" // fields in a row stand at the same height, and the placeholder says it
	}
	return field
}

func (f PostForm) content(ctx context.Context) Field {
	return Field{Form: f.name(), Name: "content", Label: t(ctx, "Text"), Value: f.Content, Required: true, Rows: 20,
		Hint:  t(ctx, "Markdown: **bold**, *italic*, [a link](https://example.com), “## ” for a heading, “- ” for a list."),
		Attrs: templ.Attributes{"class": "letter-text"}}
}

func (f PostForm) publishedAt(ctx context.Context) Field {
	zone := locale.From(ctx).Zone().String()
	field := Field{Form: f.name(), Name: "published_at", Label: t(ctx, "Publication"), Value: f.PublishedAt, Type: "datetime-local",
		Hint: t(ctx, "Empty for a draft. With a time to come the article appears by itself then. Time zone: %s.", zone)}
	if f.Row {
		field.Label, field.Hint = t(ctx, "Publication (%s)", zone), ""
	}
	return field
}

func (f PostForm) imageAlt(ctx context.Context) Field {
	return Field{Form: f.name(), Name: "image_alt", Label: t(ctx, "What the image shows"), Value: f.ImageAlt,
		Hint:  t(ctx, "For readers who do not see it. An image needs this."),
		Attrs: templ.Attributes{"maxlength": "300", "autocomplete": "off"}}
}

func (f PostForm) image(ctx context.Context) Field {
	label := t(ctx, "Image")
	if len(f.Image.Sizes) > 0 {
		label = t(ctx, "Another image")
	}
	return Field{Form: f.name(), Name: "image", Label: label, Type: "file",
		Hint:  t(ctx, "PNG, JPEG, WebP or GIF, at most 10 MB. What the camera has noted, as the place, is dropped."),
		Attrs: templ.Attributes{"accept": "image/png,image/jpeg,image/webp,image/gif"}}
}

// fields are those of the form, in their order.
func (f PostForm) fields(ctx context.Context) []Field {
	short := []Field{f.title(ctx), f.slug(ctx), f.publishedAt(ctx)}
	if f.Row {
		return short
	}
	return []Field{short[0], short[1], f.content(ctx), short[2], f.imageAlt(ctx), f.image(ctx)}
}

// published reports whether readers see the saved post already.
func (f PostForm) published() bool { return f.State == domain.PostPublished }

// thumbnail is the smallest file of an image, and how large it is.
func thumbnail(i domain.Image) (path string, size domain.ImageSize) {
	return i.Path(i.Sizes[0].Width), i.Sizes[0]
}

// chooseAgain reports whether a picture came with a form that is shown again, and nothing else is said of it.
func (f PostForm) chooseAgain(ctx context.Context) bool {
	return f.Again && strings.TrimSpace(f.image(ctx).mistake(ctx)) == ""
}
