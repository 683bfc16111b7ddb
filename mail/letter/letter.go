// Package letter builds letters: it turns a message and a recipient into the bytes for the relay. It does no I/O.
package letter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"postrider/domain"
	"postrider/markdown"
)

// Kind is who wrote a letter.
type Kind int

// The kinds.
const (
	Mailing Kind = iota // written by a team; its text may contain fields
	System              // written by the service itself; its text is used as it is
)

// MaxHTML is the size of an HTML part, in bytes, above which Gmail cuts it off.
const MaxHTML = 102 << 10

// Template is a message prepared for many recipients. It is safe for concurrent use.
type Template struct {
	sender  domain.Address
	from    string // the whole header field
	subject pieces
	text    part
	html    part
	kind    Kind
	top     string // the header fields that describe the parts
	frame   frame
	size    int // approximate size of a letter, in bytes
}

// Parse prepares a message. The sender is an address as in RFC 5322, like "Postrider <post@example.com>"; its domain
// may lack a dot. The error is a domain.Invalid with "sender", "subject" or "body", or that of ctx.
func Parse(ctx context.Context, kind Kind, sender, subject, body string) (*Template, error) {
	wrong := domain.Invalid{}
	if len(body) > domain.MaxBody { // before anything parses it
		wrong.Add("body", "The text is too long. Use at most %d bytes.", domain.MaxBody)
		return nil, wrong
	}
	name, address, err := parseSender(sender)
	if err != nil {
		wrong.Add("sender", "“%s” isn't a valid sender. Write it like Name <ann@example.com>.", sender)
	}
	if !isLine(subject) {
		wrong.Add("subject", "Line breaks and control characters aren't allowed here.")
	}
	subjects := fieldsOf(kind, "subject", subject, wrong)
	body = cleanText(body)
	bodies := fieldsOf(kind, "body", body, wrong)
	if err := wrong.Or(); err != nil {
		return nil, err
	}
	t := &Template{
		sender:  address,
		from:    addressField("From", name, address.Envelope()),
		subject: unescaped(subjects),
		kind:    kind,
	}
	if t.text, t.html, err = render(ctx, subjects, bodies); err != nil {
		return nil, tooHeavy(err)
	}
	if t.top, t.frame, err = newFrame(t.text, t.html); err != nil {
		return nil, err
	}
	t.size = len(t.source(nil, domain.Recipient{})) + 1024
	if len(t.source(nil, longest)) > domain.MaxEmail {
		wrong.Add("body", "With long names and addresses filled in, the email would be larger than %d KB. Shorten the text, or use fewer fields.",
			domain.MaxEmail>>10)
		return nil, wrong
	}
	return t, nil
}

// longest is a recipient with the longest possible name and address, in Latin letters (RFC 5321, section 4.5.3.1).
var longest = domain.Recipient{Name: strings.Repeat("n", domain.MaxName), Email: strings.Repeat("a", 254)}

// tooHeavy turns an error of package markdown into one of the body.
func tooHeavy(err error) error {
	var heavy markdown.TooHeavy
	if errors.As(err, &heavy) {
		return domain.Invalid{"body": heavy.Why}
	}
	return err
}

// fieldsOf splits a text at its fields. System letters have none.
func fieldsOf(kind Kind, where, text string, wrong domain.Invalid) []domain.Segment {
	if kind == System {
		return []domain.Segment{{Text: text}}
	}
	segments, err := domain.ParseFields(text)
	var field domain.FieldError
	if errors.As(err, &field) {
		wrong.Add(where, field.Why.Key, field.Why.Args...)
	}
	return segments
}

// HTMLSize is the length of the HTML part for a recipient without a name, in bytes.
func (t *Template) HTMLSize() int { return len(t.html.fill(domain.Recipient{})) }

// Preview is what the recipient will see: the subject, the whole HTML document, and the plain text with LF line
// endings.
func (t *Template) Preview(to domain.Recipient) (subject, html, text string) {
	to.Name = domain.CleanName(to.Name)
	return strings.TrimSpace(t.subject.fill(to)), t.html.fill(to), t.text.fill(to)
}

// Compose writes the letter. The Message-ID includes its angle brackets, see MessageID. An error means that this
// recipient can never get the letter: it is a domain.AddressError, or a domain.Refused if a header field would contain
// something forbidden.
func (t *Template) Compose(to domain.Recipient, messageID string, date time.Time) (domain.Letter, error) {
	address, err := domain.ParseAddress(to.Email)
	if err != nil {
		return domain.Letter{}, err
	}
	if isLine(to.Name) {
		to.Name = domain.CleanName(to.Name)
	}
	subject := strings.TrimSpace(t.subject.fill(to))
	switch {
	case !isLine(to.Name):
		return domain.Letter{}, domain.Refused{Why: domain.Say("The recipient's name contains a line break or a control character.")}
	case !isLine(subject):
		return domain.Letter{}, domain.Refused{Why: domain.Say("The subject contains a line break or a control character.")}
	case !isMessageID(messageID):
		return domain.Letter{}, fmt.Errorf("not a Message-ID: %q", messageID)
	}
	header := []string{
		"Date: " + date.UTC().Format(time.RFC1123Z) + crlf,
		t.from,
		addressField("To", to.Name, address.Envelope()),
		textField("Subject", subject),
		"Message-ID: " + messageID + crlf,
		"Auto-Submitted: auto-generated" + crlf, // RFC 3834, section 5
	}
	if t.kind == Mailing {
		header = append(header, "Precedence: bulk"+crlf)
	}
	source := t.source(header, to)
	if len(source) > domain.MaxEmail {
		return domain.Letter{}, domain.Refused{Why: domain.Say("With this recipient's name and address filled in, the email would be larger than %d KB.", domain.MaxEmail>>10)}
	}
	return domain.Letter{
		From:   t.sender.Envelope(),
		To:     address.Envelope(),
		UTF8:   t.sender.NeedsUTF8() || address.NeedsUTF8(),
		Source: source,
	}, nil
}

// source assembles a letter: the header fields in order, then the parts, the best one last (RFC 2046, section 5.1.4).
func (t *Template) source(header []string, to domain.Recipient) []byte {
	letter := make([]byte, 0, t.size)
	for _, field := range header {
		letter = append(letter, field...)
	}
	letter = append(letter, t.top...)
	letter = append(letter, t.frame.before...)
	letter = t.text.appendTo(letter, to)
	letter = append(letter, t.frame.between...)
	letter = t.html.appendTo(letter, to)
	return append(letter, t.frame.after...)
}

// MessageID is the Message-ID of a letter, with angle brackets (RFC 5322, section 3.6.4): the same at every try, and
// unique as long as id is unique within key. The key consists of ASCII letters, digits, - and _.
func MessageID(key string, id int64, senderDomain string) string {
	host, err := idna.Lookup.ToASCII(senderDomain)
	if err != nil {
		host = senderDomain // Compose refuses one that does not fit into a header field
	}
	return fmt.Sprintf("<%d.%s@%s>", id, key, strings.ToLower(host))
}
