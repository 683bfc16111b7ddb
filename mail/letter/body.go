package letter

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-message"

	"postrider/domain"
	"postrider/markdown"
)

// boundary separates the parts. Neither of the two transfer encodings can produce "=_" (RFC 2045, section 6.7).
const boundary = "=_postrider"

// part is the text or the HTML of a letter.
type part struct {
	pieces
	mediaType string
	encoding  string   // Content-Transfer-Encoding
	ready     [][]byte // the literal pieces in quoted-printable, encoded once; nil for a field
}

// render makes both parts of a letter. Subject and body have been split at their fields. The error is that of
// markdown.Letter.
func render(ctx context.Context, subject, body []domain.Segment) (text, html part, err error) {
	source, marks := mark(body)
	fragment, words, err := markdown.Letter(ctx, source)
	if err != nil {
		return text, html, err
	}
	text = newPart("text/plain", marks.split(cleanText(words)+"\n", placeInText))
	inside := marks.split(styled(fragment), placeInHTML)
	html = newPart("text/html", document(language(text.fill(domain.Recipient{})), at(inHTML, subject), inside))
	return text, html, nil
}

func newPart(mediaType string, p pieces) part {
	made := part{pieces: p, mediaType: mediaType, encoding: shorterEncoding(p.fill(domain.Recipient{}))}
	for _, piece := range p {
		var ready []byte
		if piece.Field == "" && made.encoding == quotedPrintable {
			ready = quoted(piece.Text)
		}
		made.ready = append(made.ready, ready)
	}
	return made
}

// The transfer encodings of parts (RFC 2045, section 6).
const (
	quotedPrintable = "quoted-printable"
	inBase64        = "base64"
)

// shorterEncoding picks the shorter of the two: quoted-printable turns some octets into three, base64 every three into
// four.
func shorterEncoding(s string) string {
	escaped := strings.Count(s, "=")
	for i := range len(s) {
		if s[i] > '~' {
			escaped++
		}
	}
	if 2*escaped > len(s)/3 {
		return inBase64
	}
	return quotedPrintable
}

// frame is everything in a letter that is the same for all recipients, except its header fields and the content of its
// parts: what comes before, between and after the parts.
type frame struct{ before, between, after string }

// newFrame makes the library build a letter with empty parts, and cuts it where their content belongs.
func newFrame(text, html part) (top string, f frame, err error) {
	var header message.Header
	header.AddRaw([]byte(`Content-Type: multipart/alternative; boundary="` + boundary + `"` + crlf))
	header.AddRaw([]byte("MIME-Version: 1.0" + crlf)) // first
	var out bytes.Buffer
	w, err := message.CreateWriter(&out, header)
	if err != nil {
		return "", f, err
	}
	for _, p := range []part{text, html} {
		var header message.Header
		header.Set("Content-Transfer-Encoding", p.encoding)
		header.SetContentType(p.mediaType, map[string]string{"charset": "utf-8"})
		content, err := w.CreatePart(header)
		if err != nil {
			return "", f, err
		}
		if err := content.Close(); err != nil {
			return "", f, err
		}
	}
	if err := w.Close(); err != nil {
		return "", f, err
	}
	const end = crlf + crlf // of a header
	cut := strings.Split(out.String(), end)
	if len(cut) != 4 {
		return "", f, fmt.Errorf("a letter with two empty parts has %d headers", len(cut)-1)
	}
	return cut[0] + end, frame{cut[1] + end, cut[2] + end, cut[3]}, nil
}

// appendTo appends the part for one recipient to a letter. It stops when the letter is already too long.
func (p part) appendTo(letter []byte, to domain.Recipient) []byte {
	if p.encoding == inBase64 {
		return appendBase64(letter, strings.ReplaceAll(p.fill(to), "\n", crlf))
	}
	for i, piece := range p.pieces {
		if len(letter) > domain.MaxEmail {
			break
		}
		letter = softBreak(letter)
		if piece.Field == "" {
			letter = append(letter, p.ready[i]...)
		} else {
			letter = appendQuoted(letter, piece.place.escape(piece.Value(to)))
		}
	}
	return letter
}
