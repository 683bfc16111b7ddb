package jobs

import (
	"context"

	"postrider/mail/letter"
)

// BeforeParsing calls do with the body of each message before it is parsed.
func (s *Sender) BeforeParsing(do func(body string)) {
	parse := s.messages.parse
	s.messages.parse = func(ctx context.Context, kind letter.Kind, sender, subject, body string) (*letter.Template, error) {
		do(body)
		return parse(ctx, kind, sender, subject, body)
	}
}
