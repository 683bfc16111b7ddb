package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"postrider/domain"
)

// place is where a value ends up, which determines how it is escaped.
type place int

const (
	asIs   place = iota
	inHTML       // text, or a quoted attribute
	inURL
)

func (p place) escape(s string) string {
	switch p {
	case inHTML:
		return html.EscapeString(s)
	case inURL:
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") // a plus means a space only in a query
	}
	return s
}

// piece is a part of a rendered text: literal, or a field with its place.
type piece struct {
	domain.Segment
	place place
}

// pieces is a rendered text with unfilled fields.
type pieces []piece

// fill inserts the values. Nothing parses them afterwards. It stops after domain.MaxEmail bytes: no letter is longer,
// but a few bytes of text could contain many fields.
func (p pieces) fill(to domain.Recipient) string {
	var out strings.Builder
	for _, piece := range p {
		if out.Len() > domain.MaxEmail {
			break
		}
		value := piece.Value(to)
		if piece.Field != "" {
			value = piece.place.escape(value)
		}
		out.WriteString(value)
	}
	return out.String()
}

// literal is finished text as pieces.
func literal(s string) pieces { return pieces{{Segment: domain.Segment{Text: s}}} }

func unescaped(segments []domain.Segment) pieces { return at(asIs, segments) }

// at makes pieces of user input, all of it for that place, and escapes the text between the fields.
func at(p place, segments []domain.Segment) pieces {
	out := make(pieces, len(segments))
	for i, s := range segments {
		s.Text = p.escape(s.Text)
		out[i] = piece{s, p}
	}
	return out
}

// marks replace the fields of a body while Markdown is rendered, so that no value is ever taken for Markdown or HTML.
type marks struct {
	fields  []domain.Segment
	pattern *regexp.Regexp
}

// mark replaces fields by marks: words that Markdown, HTML and URLs leave unchanged. A mark contains a hash of the
// whole body, so nobody can write a body that contains its own marks. The q is not a hexadecimal digit, so a match
// cannot begin in the text before the mark.
func mark(segments []domain.Segment) (string, marks) {
	hash := sha256.New()
	for _, s := range segments {
		hash.Write([]byte(s.Field + "\x00" + s.Default + "\x00" + s.Text + "\x00"))
	}
	word := "q" + hex.EncodeToString(hash.Sum(nil)[:16]) + "x"
	m := marks{pattern: regexp.MustCompile(word + "([0-9]+)z")}
	var out strings.Builder
	for _, s := range segments {
		if s.Field == "" {
			out.WriteString(s.Text)
			continue
		}
		i := slices.Index(m.fields, s) // so that a label and an address with the same field stay equal
		if i < 0 {
			i = len(m.fields)
			m.fields = append(m.fields, s)
		}
		out.WriteString(word + strconv.Itoa(i) + "z")
	}
	return out.String(), m
}

// split splits a rendered text at its marks. next returns the place at the end of a stretch, given the place before it.
func (m marks) split(rendered string, next func(was place, stretch string) place) pieces {
	var out pieces
	where, from := asIs, 0
	for _, at := range m.pattern.FindAllStringSubmatchIndex(rendered, -1) {
		i, err := strconv.Atoi(rendered[at[2]:at[3]])
		if err != nil || i >= len(m.fields) {
			continue
		}
		stretch := rendered[from:at[0]]
		where, from = next(where, stretch), at[1]
		out = append(out, literal(stretch)...)
		out = append(out, piece{m.fields[i], where})
	}
	return append(out, literal(rendered[from:])...)
}

// placeInHTML relies on the HTML that package markdown makes: outside tags, < and > are always escaped, and inside a
// tag a mark can only be in a quoted attribute.
func placeInHTML(was place, stretch string) place {
	i := strings.LastIndexAny(stretch, `<>"`)
	switch {
	case i < 0 && was == inURL:
		return inURL
	case i >= 0 && (strings.HasSuffix(stretch[:i+1], ` href="`) || strings.HasSuffix(stretch[:i+1], ` src="`)):
		return inURL
	}
	return inHTML
}

// placeInText takes a word with a scheme for a URL.
func placeInText(was place, stretch string) place {
	i := strings.LastIndexAny(stretch, " \t\n()<>")
	word := stretch[i+1:]
	if i < 0 && was == inURL || strings.Contains(word, "://") || strings.Contains(word, "mailto:") {
		return inURL
	}
	return asIs
}
