package letter_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postrider/domain"
	"postrider/mail/letter"
)

var (
	ann  = domain.Recipient{Email: "ann@example.com", Name: "Ann Smith"}
	date = time.Date(2026, 3, 10, 15, 4, 5, 0, time.FixedZone("", 3*3600))
)

const sender = "Postrider <post@example.org>"

// received is a letter as an independent reader sees it.
type received struct {
	domain.Letter
	header     mail.Header
	subject    string
	text, html string
}

func compose(t *testing.T, kind letter.Kind, from, subject, body string, to domain.Recipient) received {
	t.Helper()
	template, err := letter.Parse(t.Context(), kind, from, subject, body)
	if err != nil {
		t.Fatal(err)
	}
	l, err := template.Compose(to, letter.MessageID("k3y", 7, "example.org"), date)
	if err != nil {
		t.Fatal(err)
	}
	checkWire(t, l.Source)
	return read(t, l)
}

// read parses a letter with the standard library, which plays no part in writing it.
func read(t *testing.T, l domain.Letter) received {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(l.Source))
	if err != nil {
		t.Fatal(err)
	}
	mediaType, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/alternative" {
		t.Fatalf("Content-Type is %q, %v", mediaType, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	r := received{Letter: l, header: m.Header}
	if r.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Error(err)
	}
	r.text = readPart(t, parts, "text/plain")
	r.html = readPart(t, parts, "text/html")
	if _, err := parts.NextRawPart(); err != io.EOF {
		t.Errorf("after the HTML comes %v, want the end", err)
	}
	return r
}

func readPart(t *testing.T, parts *multipart.Reader, want string) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	mediaType, params, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
	if err != nil || mediaType != want || params["charset"] != "utf-8" {
		t.Errorf("a part is %q %v, %v; want %s in UTF-8", mediaType, params, err, want)
	}
	var content []byte
	switch encoding := p.Header.Get("Content-Transfer-Encoding"); encoding {
	case "quoted-printable":
		content, err = io.ReadAll(quotedprintable.NewReader(p))
	case "base64":
		content, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
	default:
		t.Fatalf("the encoding is %q", encoding)
	}
	if err != nil || !utf8.Valid(content) {
		t.Errorf("%s: %v, valid UTF-8: %t", want, err, utf8.Valid(content))
	}
	if bare := strings.NewReplacer("\r\n", "").Replace(string(content)); strings.ContainsAny(bare, "\r\n") {
		t.Errorf("%s has line ends other than CRLF: %q", want, content)
	}
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}

var encodedWord = regexp.MustCompile(`=\?utf-8\?b\?([A-Za-z0-9+/=]*)\?=`)

// checkWire checks the raw bytes.
func checkWire(t *testing.T, source []byte) {
	t.Helper()
	lines := strings.Split(string(source), "\r\n")
	if lines[len(lines)-1] != "" {
		t.Error("the last line has no end")
	}
	header := true
	for i, line := range lines {
		header = header && line != ""
		if strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %d has a bare CR, LF or NUL: %q", i, line)
		}
		if !header && len(line) > 76 {
			t.Errorf("line %d of the body has %d octets: %q", i, len(line), line)
		}
		if header {
			checkHeaderLine(t, line)
		}
	}
	head, _, _ := strings.Cut(string(source), "\r\n\r\n")
	for _, name := range []string{"Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"} {
		if n := strings.Count("\r\n"+head, "\r\n"+name+": "); n != 1 {
			t.Errorf("%d fields %s, want one", n, name)
		}
	}
}

func checkHeaderLine(t *testing.T, line string) {
	t.Helper()
	if strings.TrimSpace(line) == "" || strings.HasSuffix(line, ":") || len(line) > 998 {
		t.Errorf("a header line of %d octets: %q", len(line), line)
	}
	for _, word := range encodedWord.FindAllStringSubmatch(line, -1) {
		text, err := base64.StdEncoding.DecodeString(word[1])
		if err != nil || !utf8.Valid(text) {
			t.Errorf("%q is %q, %v: cut inside a character", word[0], text, err)
		}
		if len(word[0]) > 75 || len(line) > 76 && !strings.Contains(line, "@") {
			t.Errorf("an encoded word of %d octets on a line of %d: %q", len(word[0]), len(line), line)
		}
	}
}
