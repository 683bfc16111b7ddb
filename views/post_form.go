package views

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"postrider/domain"
	"postrider/locale"
)

// PostForm is the form of an article. In a row of the list it has only the title, the slug and the date.
type PostForm struct {
	Form
	Again bool // a picture came with it, which the user has to choose again

	Image     domain.Image // saved state, like the following fields
	SavedSlug string
	State     domain.PostState // "" for a new one
}

// postTexts maps the fields that every form of an article has to its texts.
func postTexts(p *domain.Post) texts {
	return texts{
		"title": &p.Title,
		"slug":  &p.Slug,
	}
}

// pageTexts maps the fields that a form in a row does not have.
func pageTexts(p *domain.Post) texts {
	return texts{
		"content":   &p.Content,
		"image_alt": &p.ImageAlt,
	}
}

// FormOfPost is the form of an article as saved, with dates in the zone's local time.
func FormOfPost(p domain.Post, zone *time.Location) Form {
	values := url.Values{"published_at": {domain.LocalTimeOf(p.PublishedAt, zone).String()}}
	maps.Copy(values, postTexts(&p).values())
	maps.Copy(values, pageTexts(&p).values())
	return savedForm("post", p.ID, p.Version, p.UpdatedAt, values)
}

// Read sets p's fields from the form. The error is that of domain.PublishAt; the other fields are set even then.
func (f PostForm) Read(p domain.Post, zone *time.Location) (domain.Post, error) {
	f.read(postTexts(&p))
	if !f.Row {
		f.read(pageTexts(&p))
	}
	p.Slug, p.Version = strings.TrimSpace(p.Slug), f.version()
	at, err := domain.PublishAt(f.Value("published_at"), zone)
	if domain.LocalTimeOf(at, zone) != domain.LocalTimeOf(p.PublishedAt, zone) { // the form drops the seconds of the saved date
		p.PublishedAt = at
	}
	return p, err
}

// RemovesImage reports whether to remove the image.
func (f PostForm) RemovesImage() bool { return f.Value("image_remove") != "" }

func (f PostForm) heading(ctx context.Context) string {
	if f.ID == "" {
		return t(ctx, "New article")
	}
	return t(ctx, "Edit article")
}

// title shows the address that the article will get while the title is typed.
func (f PostForm) title(ctx context.Context) Field {
	return f.field(Field{Name: "title", Label: t(ctx, "Title"), Required: true,
		Attrs: templ.Attributes{"maxlength": "200", "autocomplete": "off", "autofocus": f.Row || f.ID == "",
			"hx-get": "/posts/slug?id=" + f.ID, "hx-trigger": "input changed delay:300ms", "hx-sync": "this:replace",
			"hx-target": "#" + f.name() + "-address", "hx-swap": "innerHTML"}})
}

func (f PostForm) slug(ctx context.Context) Field {
	field := f.field(Field{Name: "slug", Label: t(ctx, "Blog address"),
		Hint: t(ctx, "Leave empty to create it from the title."),
		Attrs: templ.Attributes{"maxlength": "100", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
			"placeholder": t(ctx, "from-the-title")}})
	if f.Row {
		field.Hint = "" // fields in a row are aligned, and the placeholder says it
	}
	return field
}

func (f PostForm) content(ctx context.Context) Field {
	return f.field(Field{Name: "content", Label: t(ctx, "Text"), Required: true, Rows: 20,
		Hint:  t(ctx, "Markdown: **bold**, *italic*, [a link](https://example.com), “## ” for a heading, “- ” for a list."),
		Attrs: templ.Attributes{"class": "letter-text"}})
}

func (f PostForm) publishedAt(ctx context.Context) Field {
	zone := locale.From(ctx).Zone().String()
	field := f.field(Field{Name: "published_at", Label: t(ctx, "Publication date"), Type: "datetime-local",
		Hint: t(ctx, "Leave empty for a draft. A future time publishes it automatically. Time zone: %s.", zone)})
	if f.Row {
		field.Label, field.Hint = t(ctx, "Publication date (%s)", zone), ""
	}
	return field
}

func (f PostForm) imageAlt(ctx context.Context) Field {
	return f.field(Field{Name: "image_alt", Label: t(ctx, "Describe the image (alt text)"),
		Hint:  t(ctx, "For readers who can't see the image. Required with an image."),
		Attrs: templ.Attributes{"maxlength": "300", "autocomplete": "off"}})
}

func (f PostForm) image(ctx context.Context) Field {
	label := t(ctx, "Image")
	if len(f.Image.Sizes) > 0 {
		label = t(ctx, "Replace image")
	}
	return f.field(Field{Name: "image", Label: label, Type: "file",
		Hint:  t(ctx, "PNG, JPEG, WebP or GIF, up to 10 MB. Photo data such as location is removed."),
		Attrs: templ.Attributes{"accept": "image/png,image/jpeg,image/webp,image/gif"}})
}

// fields are the form's fields in order.
func (f PostForm) fields(ctx context.Context) []Field {
	short := []Field{f.title(ctx), f.slug(ctx), f.publishedAt(ctx)}
	if f.Row {
		return short
	}
	return []Field{short[0], short[1], f.content(ctx), short[2], f.imageAlt(ctx), f.image(ctx)}
}

// published reports whether readers can see the saved post.
func (f PostForm) published() bool { return f.State == domain.PostPublished }

// thumbnail is the smallest file of an image, and its size.
func thumbnail(i domain.Image) (path string, size domain.ImageSize) {
	return i.Path(i.Sizes[0].Width), i.Sizes[0]
}

// chooseAgain reports whether to ask for the picture again: it came with a form that is shown again, and no mistake is about it.
func (f PostForm) chooseAgain(ctx context.Context) bool {
	return f.Again && strings.TrimSpace(f.image(ctx).mistake(ctx)) == ""
}
