package domain

import "strings"

// The fields a message may contain, as {{name}}, or with a default as {{name|friend}}.
const (
	FieldName      = "name"
	FieldFirstName = "first_name"
	FieldEmail     = "email"
)

// FieldNames lists the fields in the order in which they are offered.
func FieldNames() []string { return []string{FieldName, FieldFirstName, FieldEmail} }

// Segment is a piece of a text with fields: either literal text, or a field and its default.
type Segment struct {
	Text    string
	Field   string // "" for literal text
	Default string
}

// Value is the segment's text in the recipient's letter. It is not escaped.
func (s Segment) Value(r Recipient) string {
	var v string
	switch s.Field {
	case "":
		return s.Text
	case FieldName:
		v = r.Name
	case FieldFirstName:
		v = FirstName(r.Name)
	case FieldEmail:
		v = r.Email
	}
	if v == "" {
		return s.Default
	}
	return v
}

// FieldError says which field is unknown or unclosed.
type FieldError struct{ Why Text }

// Error is the reason in English.
func (e FieldError) Error() string { return e.Why.String() }

// ParseFields splits a text at its fields. Values are not parsed again, so a name like "{{email}}" stays as it is. The
// error is always a FieldError.
func ParseFields(text string) ([]Segment, error) {
	var segments []Segment
	fields := 0
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			segments = append(segments, Segment{Text: before})
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.ContainsAny(inside, "\r\n{") {
			return nil, FieldError{Say("A field isn't closed: “{{%s”. Write it like {{name}}.", firstWord(rest))}
		}
		name, def, _ := strings.Cut(inside, "|")
		name, def = strings.TrimSpace(name), strings.TrimSpace(def)
		if !knownField(name) {
			return nil, FieldError{Say("There's no field {{%s}}. You can use %s.", shorten(name), fieldList())}
		}
		if fields++; fields > MaxTextFields {
			return nil, FieldError{Say("There are more than %d fields. Use fewer.", MaxTextFields)}
		}
		segments = append(segments, Segment{Field: name, Default: def})
		text = after
	}
	return segments, nil
}

func knownField(name string) bool {
	for _, known := range FieldNames() {
		if name == known {
			return true
		}
	}
	return false
}

func fieldList() string { return "{{" + strings.Join(FieldNames(), "}}, {{") + "}}" }

func firstWord(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t\r\n{"); i >= 0 {
		s = s[:i]
	}
	return shorten(s)
}

// shorten keeps a long input from filling the page that says what is wrong with it.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > 30 {
		s = string(runes[:30]) + "…"
	}
	return s
}
