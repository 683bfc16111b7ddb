package relay_test

import (
	"fmt"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/mail/mailtest"
)

func TestAddresses(t *testing.T) {
	for _, address := range []string{
		"", "a b@example.com", "a@example.com>\r\nRSET", "<a@example.com>", "a\x00@example.com", "a@example.com\n", "ж@example.com",
	} {
		t.Run(fmt.Sprintf("%q is never spoken", address), func(t *testing.T) {
			s := mailtest.New(t, mailtest.Config{})
			conn := dial(t, config(t, s))
			got := conn.Send(t.Context(), domain.Letter{From: "a@example.com", To: address, Source: []byte(body)}, open)
			check(t, got, domain.StageCompose, domain.OutcomePermanent, domain.ScopeRecipient)
			got = conn.Send(t.Context(), domain.Letter{From: address, To: "b@example.com", Source: []byte(body)}, open)
			check(t, got, domain.StageCompose, domain.OutcomePermanent, domain.ScopeSender)
			if len(s.Lines()) != 1 {
				t.Errorf("commands: %q", s.Lines())
			}
			arrivesNext(t, s, conn)
		})
	}
	t.Run("SMTPUTF8 is requested only when the address needs it", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		conn.Send(t.Context(), letter, open)
		conn.Send(t.Context(), domain.Letter{From: "a@example.com", To: "ж@example.com", UTF8: true, Source: []byte(body)}, open)
		var mails []string
		for _, line := range s.Lines() {
			if strings.HasPrefix(line, "MAIL") {
				mails = append(mails, line)
			}
		}
		if len(mails) != 2 || strings.Contains(mails[0], "SMTPUTF8") || !strings.Contains(mails[1], "SMTPUTF8") {
			t.Errorf("commands %q", mails)
		}
		if s.Letters()[1].To != "ж@example.com" {
			t.Errorf("arrived for %q", s.Letters()[1].To)
		}
	})
	t.Run("without SMTPUTF8 such a recipient fails before any command", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{Extensions: []string{"8BITMIME"}})
		conn := dial(t, config(t, s))
		got := conn.Send(t.Context(), domain.Letter{From: "a@example.com", To: "ж@example.com", UTF8: true}, open)
		check(t, got, domain.StageMail, domain.OutcomePermanent, domain.ScopeRecipient)
		if conn.Offers("SMTPUTF8") || !conn.Offers("8bitmime") || len(s.Lines()) != 1 {
			t.Errorf("commands %q", s.Lines())
		}
	})
}
