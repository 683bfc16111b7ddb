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

// PostForm is the form of an article. In a row of the list it has the title, the slug and the date alone.
type PostForm struct {
	Form
	Again bool // a picture came with it, which no browser sends again by itself

	Image     domain.Image // as saved, and so are these
	SavedSlug string
	State     domain.PostState // "" for a new one
}

// postTexts are what every form of an article changes.
func postTexts(p *domain.Post) texts {
	return texts{
		"title": &p.Title,
		"slug":  &p.Slug,
	}
}

// pageTexts are what a form in a row does not have.
func pageTexts(p *domain.Post) texts {
	return texts{
		"content":   &p.Content,
		"image_alt": &p.ImageAlt,
	}
}

// FormOfPost is the form of an article as it is saved, with dates as clocks in the zone show them.
func FormOfPost(p domain.Post, zone *time.Location) Form {
	values := url.Values{"published_at": {domain.LocalTimeOf(p.PublishedAt, zone).String()}}
	maps.Copy(values, postTexts(&p).values())
	maps.Copy(values, pageTexts(&p).values())
	return savedForm("post", p.ID, p.Version, p.UpdatedAt, values)
}

// Read gives p the values of the form. The error is that of domain.PublishAt, and p is as typed otherwise.
func (f PostForm) Read(p domain.Post, zone *time.Location) (domain.Post, error) {
	f.read(postTexts(&p))
	if !f.Row {
		f.read(pageTexts(&p))
	}
	p.Slug, p.Version = strings.TrimSpace(p.Slug), f.version()
	at, err := domain.PublishAt(f.Value("published_at"), zone)
	if domain.LocalTimeOf(at, zone) != domain.LocalTimeOf(p.PublishedAt, zone) { // the saved date may have seconds
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

// title shows the address that the article will have, as it is typed.
func (f PostForm) title(ctx context.Context) Field {
	return f.field(Field{Name: "title", Label: t(ctx, "Title"), Required: true,
		Attrs: templ.Attributes{"maxlength": "200", "autofocus": f.Row || f.ID == "",
			"hx-get": "/posts/slug?id=" + f.ID, "hx-trigger": "input changed delay:300ms", "hx-sync": "this:replace",
			"hx-target": "#" + f.name() + "-address", "hx-swap": "innerHTML"}})
}

func (f PostForm) slug(ctx context.Context) Field {
	field := f.field(Field{Name: "slug", Label: t(ctx, "Address in the blog"),
		Hint: t(ctx, "Leave it empty, and it is made from the title."),
		Attrs: templ.Attributes{"maxlength": "100", "autocapitalize": "none", "spellcheck": "false",
			"placeholder": t(ctx, "from-the-title")}})
	if f.Row {
		field.Hint = "" // fields in a row stand at the same height, and the placeholder says it
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
	field := f.field(Field{Name: "published_at", Label: t(ctx, "Publication"), Type: "datetime-local",
		Hint: t(ctx, "Empty for a draft. With a time to come the article appears by itself then. Time zone: %s.", zone)})
	if f.Row {
		field.Label, field.Hint = t(ctx, "Publication (%s)", zone), ""
	}
	return field
}

func (f PostForm) imageAlt(ctx context.Context) Field {
	return f.field(Field{Name: "image_alt", Label: t(ctx, "What the image shows"),
		Hint:  t(ctx, "For readers who do not see it. An image needs this."),
		Attrs: templ.Attributes{"maxlength": "300"}})
}

func (f PostForm) image(ctx context.Context) Field {
	label := t(ctx, "Image")
	if len(f.Image.Sizes) > 0 {
		label = t(ctx, "Another image")
	}
	return f.field(Field{Name: "image", Label: label, Type: "file",
		Hint:  t(ctx, "PNG, JPEG, WebP or GIF, at most 10 MB. What the camera has noted, as the place, is dropped."),
		Attrs: templ.Attributes{"accept": "image/png,image/jpeg,image/webp,image/gif"}})
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
