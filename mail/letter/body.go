package letter

import (
	"bytes"
	"slices"
	"strings"

	"github.com/emersion/go-message"

	"postrider/domain"
	"postrider/markdown"
)

// boundary stands between the parts. Neither of the two transfer encodings can make "=_" (RFC 2045, section 6.7).
const boundary = "=_postrider"

// part is the text or the HTML of a letter.
type part struct {
	pieces
	mediaType string
	encoding  string // Content-Transfer-Encoding
}

// encodedPart is a part for one recipient.
type encodedPart struct {
	mediaType, encoding, content string
}

// render makes both parts of a letter. Subject and body have been cut at their fields.
func render(subject, body []domain.Segment) (text, html part) {
	source, marks := mark(body)
	words := cleanText(markdown.Text(source)) + "\n"
	text = newPart("text/plain", marks.split(words, placeInText))
	fragment := marks.split(styled(markdown.HTML(source)), placeInHTML)
	html = newPart("text/html", document(language(text.fill(domain.Recipient{})), at(inHTML, subject), fragment))
	return text, html
}

func newPart(mediaType string, p pieces) part {
	return part{pieces: p, mediaType: mediaType, encoding: shorterEncoding(p.fill(domain.Recipient{}))}
}

// shorterEncoding compares the two: quoted-printable makes three octets of some, base64 four of every three.
func shorterEncoding(s string) string {
	escaped := strings.Count(s, "=")
	for i := range len(s) {
		if s[i] > '~' {
			escaped++
		}
	}
	if 2*escaped > len(s)/3 {
		return "base64"
	}
	return "quoted-printable"
}

func (p part) encoded(to domain.Recipient) encodedPart {
	return encodedPart{p.mediaType, p.encoding, strings.ReplaceAll(p.fill(to), "\n", crlf)}
}

// write puts a letter together: the header fields in their order, then the parts, the best one last (RFC 2046, 5.1.4).
func write(fields []string, parts ...encodedPart) ([]byte, error) {
	fields = append(fields, "MIME-Version: 1.0"+crlf,
		`Content-Type: multipart/alternative; boundary="`+boundary+`"`+crlf)
	var header message.Header
	for _, field := range slices.Backward(fields) { // AddRaw adds on top
		header.AddRaw([]byte(field))
	}
	var out bytes.Buffer
	w, err := message.CreateWriter(&out, header)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := p.write(w); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (p encodedPart) write(w *message.Writer) error {
	var header message.Header
	header.Set("Content-Transfer-Encoding", p.encoding)
	header.SetContentType(p.mediaType, map[string]string{"charset": "utf-8"})
	out, err := w.CreatePart(header)
	if err != nil {
		return err
	}
	if _, err := out.Write([]byte(p.content)); err != nil {
		return err
	}
	return out.Close()
}
