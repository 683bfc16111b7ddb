package domain

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a message.
const (
	MaxSubject    = 200     // characters
	MaxBody       = 200000  // octets
	MaxTextFields = 1000    // in a subject or body
	MaxEmail      = 1 << 20 // octets of an email as sent to one recipient: header and both encoded parts
)

// Message is a subject and a Markdown body that several mailings can use. Both may contain fields.
type Message struct {
	ID        int64
	TeamID    int64
	Subject   string
	Body      string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Check returns Invalid when the message cannot be sent.
func (m Message) Check() error {
	wrong := Invalid{}
	if strings.TrimSpace(m.Subject) == "" {
		wrong.Add("subject", "Enter a subject.")
	}
	checkLine(wrong, "subject", m.Subject, MaxSubject)
	checkFields(wrong, "subject", m.Subject)
	if strings.TrimSpace(m.Body) == "" {
		wrong.Add("body", "Enter some text.")
	}
	if len(m.Body) > MaxBody {
		wrong.Add("body", "The text is too long. Use at most %d bytes.", MaxBody)
	}
	if !utf8.ValidString(m.Body) || strings.ContainsRune(m.Body, 0) {
		wrong.Add("body", "This isn't valid text.")
	}
	checkFields(wrong, "body", m.Body)
	return wrong.Or()
}

func checkFields(wrong Invalid, where, text string) {
	_, err := ParseFields(text)
	if field, ok := errors.AsType[FieldError](err); ok {
		wrong.note(where, field.Why)
	}
}
