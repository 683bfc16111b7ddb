package domain

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Site is how the operator presents the website to its readers.
type Site struct {
	Name     string // "" for Postrider
	Line     string // says in one line what the blog is about; may be empty
	Language string // of articles that do not say another; "" for English
}

// Called is the name of the website.
func (s Site) Called() string { return cmp.Or(s.Name, "Postrider") }

// LanguageOf returns the language of an article, given the one chosen for it, which may be "".
func (s Site) LanguageOf(chosen string) string { return cmp.Or(chosen, s.Language, "en") }

// Limits of the texts of a Site, in characters.
const (
	MaxSiteName = 60
	MaxSiteLine = 200
)

// IsLine reports whether a text is one line of at most max characters.
func IsLine(s string, max int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= max && !HasControl(s)
}

// Language is a language in which articles are written, with its own name for itself.
type Language struct{ Tag, Name string }

// languages are those written from left to right that the operators of such services are most likely to write in.
var languages = []Language{{"en", "English"}, {"ru", "Русский"}, {"cs", "Čeština"}, {"da", "Dansk"}, {"de", "Deutsch"}, {"el", "Ελληνικά"},
	{"es", "Español"}, {"et", "Eesti"}, {"fi", "Suomi"}, {"fr", "Français"}, {"hu", "Magyar"}, {"hy", "Հայերեն"}, {"it", "Italiano"},
	{"ja", "日本語"}, {"ka", "ქართული"}, {"kk", "Қазақша"}, {"ko", "한국어"}, {"lt", "Lietuvių"}, {"lv", "Latviešu"}, {"nb", "Norsk bokmål"},
	{"nl", "Nederlands"}, {"pl", "Polski"}, {"pt", "Português"}, {"ro", "Română"}, {"sk", "Slovenčina"}, {"sr", "Српски"}, {"sv", "Svenska"},
	{"tr", "Türkçe"}, {"uk", "Українська"}, {"zh", "中文"}}

// Languages are the languages in which articles are written.
func Languages() []Language { return slices.Clone(languages) }

// KnownLanguage reports whether Languages has the tag.
func KnownLanguage(tag string) bool {
	return slices.ContainsFunc(languages, func(l Language) bool { return l.Tag == tag })
}

// LanguageTags lists the tags of Languages for people.
func LanguageTags() string {
	var tags []string
	for _, l := range languages {
		tags = append(tags, l.Tag)
	}
	return strings.Join(tags, ", ")
}
