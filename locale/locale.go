// Package locale owns the languages of the service: the Russian texts, plural rules, and how times and numbers are written. The English
// text is the key; a text without a translation stays English.
//
// To translate a feature, put its texts into a file of its own, such as ru_account.go, and list it in allTexts. The test reports every text
// without a translation and every translation that is not used.
package locale

import (
	"context"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"postrider/domain"
)

// The languages.
const (
	English = "en"
	Russian = "ru"
)

// Known reports whether there are texts in the language.
func Known(lang string) bool { return lang == English || lang == Russian }

// Match chooses "en" or "ru" for an Accept-Language header (RFC 9110, section 12.5.4).
func Match(acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return English
	}
	_, index, _ := matcher().Match(wanted...)
	return []string{English, Russian}[index]
}

// matcher is made once: making it costs more than the rest of a blog page.
var matcher = sync.OnceValue(func() language.Matcher {
	return language.NewMatcher([]language.Tag{language.English, language.Russian})
})

// Printer writes texts, numbers and times for one reader. It belongs to one request.
type Printer struct {
	lang string
	zone *time.Location
	out  *message.Printer
}

// For makes a printer for a language and a time zone. An unknown language becomes English and a nil zone UTC.
func For(lang string, zone *time.Location) *Printer {
	if !Known(lang) {
		lang = English
	}
	if zone == nil {
		zone = time.UTC
	}
	return &Printer{lang: lang, zone: zone, out: message.NewPrinter(language.Make(lang), message.Catalog(translations().forms))}
}

// Lang is "en" or "ru".
func (p *Printer) Lang() string { return p.lang }

// Zone is the time zone in which times are written.
func (p *Printer) Zone() *time.Location { return p.zone }

// T translates a text, which may contain the verbs of fmt. A whole number gets thousands separators and selects the plural form, so pass an
// id or a year as a string. T also translates a domain.Text among the args. It isolates the direction of a string, which another user may
// have typed.
func (p *Printer) T(key string, args ...any) string {
	if len(args) == 0 {
		if text, ok := translations().plain[key]; ok && p.lang == Russian {
			return text
		}
		return key
	}
	translated := make([]any, len(args))
	for i, arg := range args {
		switch typed := arg.(type) {
		case domain.Text:
			arg = p.Say(typed)
		case string:
			arg = domain.Isolated(typed)
		}
		translated[i] = arg
	}
	return p.out.Sprintf(key, translated...)
}

// Say translates a text of the domain.
func (p *Printer) Say(t domain.Text) string { return p.T(t.Key, t.Args...) }

type printerKey struct{}

// With puts the printer of the reader into ctx.
func With(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, printerKey{}, p)
}

// From takes the printer out of ctx. Without one it returns English and UTC.
func From(ctx context.Context) *Printer {
	if p, ok := ctx.Value(printerKey{}).(*Printer); ok {
		return p
	}
	return For(English, time.UTC)
}
