package mailbox

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"

	"postrider/domain"
)

// A letter with more parts, or more deeply nested ones, is not read to its end.
const (
	maxParts = 100
	maxDepth = 10
)

var errEnough = errors.New("too many parts")

// readHeader fills in the fields that lists show. What cannot be read stays empty.
func readHeader(l *domain.CaughtLetter) {
	entity, _ := message.Read(bytes.NewReader(l.Source))
	if entity == nil {
		return
	}
	text := func(field string) string {
		s, err := entity.Header.Text(field)
		if err != nil {
			s = entity.Header.Get(field)
		}
		return strings.ToValidUTF8(s, "\ufffd")
	}
	l.Subject, l.FromHeader, l.ToHeader = text("Subject"), text("From"), text("To")
}

// readBody fills in the first text and the first HTML part that are not attachments. What cannot be read stays empty,
// and a truncated part is kept as far as it goes.
func readBody(l *domain.CaughtLetter) {
	entity, _ := message.Read(bytes.NewReader(l.Source))
	if entity == nil {
		return
	}
	parts := 0
	_ = entity.Walk(func(path []int, part *message.Entity, _ error) error { // the error only says that it ended early
		if parts++; parts > maxParts || len(path) > maxDepth {
			return errEnough
		}
		if disposition, _, _ := part.Header.ContentDisposition(); disposition == "attachment" {
			return nil
		}
		switch kind, _, _ := part.Header.ContentType(); {
		case kind == "text/plain" && l.Text == "":
			l.Text = readText(part.Body)
		case kind == "text/html" && l.HTML == "":
			l.HTML = readText(part.Body)
		}
		return nil
	})
}

func readText(r io.Reader) string {
	b, _ := io.ReadAll(r)
	return strings.ReplaceAll(strings.ToValidUTF8(string(b), "\ufffd"), "\r\n", "\n")
}
