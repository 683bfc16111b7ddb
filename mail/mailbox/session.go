package mailbox

import (
	"io"
	"strings"

	"github.com/emersion/go-smtp"
)

// session is one conversation; the library calls its methods one after the other.
type session struct {
	letters *letters
	from    string
	to      []string
}

func (b *Box) session(*smtp.Conn) (smtp.Session, error) { return &session{letters: &b.letters}, nil }

// Mail begins a letter.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data keeps the letter, whatever it contains.
func (s *session) Data(r io.Reader) error {
	source, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.letters.keep(s.from, strings.Join(s.to, ", "), source)
	return nil
}

// Reset drops an unfinished letter.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout does nothing.
func (s *session) Logout() error { return nil }
