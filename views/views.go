// Package views owns the pages: templ components, one file per feature, and the fragments that all of them share.
//
// A page is a component whose outermost element is @Page. Its data is one struct of this package, filled in by the handler. Every text
// goes through t(ctx, "English text"), so that locale's test finds it. The reader, the language and the mistakes of a form are in ctx: a
// view never passes them on.
//
// To add a feature "thing":
//
//  1. views/thing.templ: the struct ThingList, the page `templ Things(v ThingList)`, and its fragments. A ThingForm embeds Form,
//     which holds the typed values; it names the texts of a thing that it changes and lists its Fields in order, see ClientForm. Run
//     `go tool templ generate`.
//  2. handlers/thing.go: thingList, thingForms, thingNew, thingCreate …; their lines in handlers/routes.go.
//  3. locale/ru_thing.go: the Russian texts, listed in locale/texts.go.
//  4. handlers/thing_test.go: tests through the route table, see handlers/client_test.go.
//
// Forms and links work without a script. With hx- attributes on the element that acts, the answer is a fragment. A form that is most of
// its page has hx-target="main": the answer then replaces the page's content.
package views

import (
	"context"
	"strconv"

	"postrider/domain"
	"postrider/locale"
)

// Visit is what every page knows about its request.
type Visit struct {
	User     domain.User // zero for a stranger
	Path     string      // path and query of the page
	Partial  bool        // htmx asked for a fragment: no layout
	Mailbox  bool        // there is a built-in mailbox
	SignUp   bool        // a stranger may sign up
	Invite   bool        // sign-up is by invitation
	Awaits   bool        // there is no admin, and only the link on the terminal makes one
	Relay    domain.RelayState
	Flash    string // the translated message of the last request
	Mistakes domain.Invalid
}

type visitKey struct{}

// WithVisit puts v into ctx for the views.
func WithVisit(ctx context.Context, v Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// VisitOf takes the visit out of ctx; the zero Visit if there is none.
func VisitOf(ctx context.Context) Visit {
	v, _ := ctx.Value(visitKey{}).(Visit)
	return v
}

func (v Visit) signedIn() bool { return v.User.ID != 0 }

// current is the value of aria-current for a navigation link.
func (v Visit) current(section string) string {
	if v.Path == section {
		return "page"
	}
	if len(v.Path) > len(section) && v.Path[:len(section)] == section && (v.Path[len(section)] == '/' || v.Path[len(section)] == '?') {
		return "true"
	}
	return ""
}

// t translates a text for the reader.
func t(ctx context.Context, key string, args ...any) string { return locale.From(ctx).T(key, args...) }

// say translates a text of the domain for the reader.
func say(ctx context.Context, text domain.Text) string { return locale.From(ctx).Say(text) }

// id formats an id for a path or an attribute.
func id(n int64) string { return strconv.FormatInt(n, 10) }

// subject is the subject of a letter, or a placeholder for an empty one.
func subject(ctx context.Context, s string) string {
	if s == "" {
		return t(ctx, "(no subject)")
	}
	return s
}
