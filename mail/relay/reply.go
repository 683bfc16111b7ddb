package relay

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"postrider/domain"
)

// maxText is how many bytes of the relay's words are kept.
const maxText = 2 << 10

// parser assembles the lines of one reply (RFC 5321, section 4.2). It is more lenient than the RFC where relays are
// known to be careless and the meaning is clear: a line may be a bare code, and lines of a multi-line reply may lack
// one.
type parser struct {
	code  int
	lines []string
	size  int
}

// add takes the next line, without its line ending. It returns its text, and whether the reply is complete. The error
// is a *garbledError.
func (p *parser) add(line string) (text string, complete bool, err error) {
	code, more, text, ok := cutCode(line)
	switch {
	case !ok && p.code == 0:
		return "", false, &garbledError{line}
	case !ok:
		code, more, text = p.code, true, line
	case p.code != 0 && p.code != code:
		return "", false, &garbledError{line}
	}
	p.code = code
	if p.size <= maxText {
		p.lines = append(p.lines, text)
		p.size += len(text) + 1
	}
	return text, !more, nil
}

// cutCode splits "250-text", "250 text" and "250".
func cutCode(line string) (code int, more bool, text string, ok bool) {
	if len(line) < 3 || line[0] < '1' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) {
		return 0, false, "", false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	switch {
	case len(line) == 3:
		return code, false, "", true
	case line[3] == ' ' || line[3] == '-':
		return code, line[3] == '-', line[4:], true
	}
	return 0, false, "", false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}( |$)`)

// reply is the collected reply, with the enhanced status code (RFC 2034) removed from every line.
func (p *parser) reply() domain.Reply {
	first := enhancedCode.FindString(p.lines[0])
	lines := make([]string, len(p.lines))
	for i, line := range p.lines {
		if enhancedCode.FindString(line) == first {
			line = line[len(first):]
		}
		lines[i] = line
	}
	return domain.Reply{
		Code:     p.code,
		Enhanced: strings.TrimRight(first, " "),
		Text:     clean(strings.Join(lines, "\n")),
	}
}

// clean turns what the relay said into valid text without control characters, at most maxText bytes.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, s)
	if len(s) <= maxText {
		return s
	}
	cut := maxText
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// garbledError says that a line is not part of a reply.
type garbledError struct{ line string }

// Error quotes the beginning of the line.
func (e *garbledError) Error() string {
	return fmt.Sprintf("the relay's answer cannot be understood: %.200q", e.line)
}
