package letter

import (
	"bytes"
	"encoding/base64"
	"mime/quotedprintable"
	"strings"
)

// quoted is text in quoted-printable (RFC 2045, section 6.7), with room for a soft line break at its end.
func quoted(text string) []byte {
	var out bytes.Buffer
	w := quotedprintable.NewWriter(&out)
	_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", crlf))) // a buffer never fails
	_ = w.Close()
	return out.Bytes()
}

// appendQuoted appends a value in quoted-printable, which usually is the value itself.
func appendQuoted(letter []byte, value string) []byte {
	plain := func(r rune) bool { return r >= ' ' && r <= '~' && r != '=' }
	if len(value) < maxLine && strings.IndexFunc(value, func(r rune) bool { return !plain(r) }) < 0 && !strings.HasSuffix(value, " ") {
		return append(letter, value...)
	}
	return append(letter, quoted(value)...)
}

// softBreak ends the line that a stretch left open. Readers do not see it, so separately encoded stretches form one
// text again.
func softBreak(letter []byte) []byte {
	if bytes.HasSuffix(letter, []byte(crlf)) {
		return letter
	}
	return append(letter, "="+crlf...)
}

// appendBase64 appends a text in lines of 76 characters (RFC 2045, section 6.8).
func appendBase64(letter []byte, text string) []byte {
	const perLine = maxLine / 4 * 3 // octets
	for len(text) > 0 {
		n := min(perLine, len(text))
		letter = base64.StdEncoding.AppendEncode(letter, []byte(text[:n]))
		if text = text[n:]; text != "" {
			letter = append(letter, crlf...)
		}
	}
	return letter
}
