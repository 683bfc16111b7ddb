package letter_test

import (
	"bytes"
	"cmp"
	"errors"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"postrider/domain"
	"postrider/mail/letter"
)

func TestHeaders(t *testing.T) {
	cases := []struct{ name, from, subject, to, email, wantFrom, wantSubject, wantTo string }{
		{
			"plain names stay readable", sender, "Spring news", "Ann Smith", "ann@example.com",
			"Postrider <post@example.org>", "Spring news", "Ann Smith <ann@example.com>",
		},
		{
			"without a name there is only the address", "post@example.org", "News", "", "ann@example.com",
			"post@example.org", "News", "ann@example.com",
		},
		{
			"commas and quotes are quoted", `"Smith, \"Q\" & Co." <post@example.org>`, `Commas, "quotes"; (all)`, `Smith, Ann "A\B"`, "ann@example.com",
			`"Smith, \"Q\" & Co." <post@example.org>`, `Commas, "quotes"; (all)`, `"Smith, Ann \"A\\B\"" <ann@example.com>`,
		},
		{
			"an address in a name is a name", sender, "News", "x@y.com <z@y.com>, a:b;", "ann@example.com",
			sender, "News", `"x@y.com <z@y.com>, a:b;" <ann@example.com>`,
		},
		{
			"Cyrillic and emoji are encoded", "=?utf-8?b?0J/QvtGH0YLQsA==?= <post@example.org>", "Привет 🎉", "Анна, 👩‍👩‍👧", "ann@example.com",
			"=?utf-8?b?0J/QvtGH0YLQsA==?= <post@example.org>", "=?utf-8?b?0J/RgNC40LLQtdGCIPCfjok=?=",
			"=?utf-8?b?0JDQvdC90LAsIPCfkanigI3wn5Gp4oCN8J+Rpw==?= <ann@example.com>",
		},
		{
			"domains are in A-labels", "post@Почта.рф", "News", "Ann", "Ann.B@почта.РФ",
			"post@xn--80a1acny.xn--p1ai", "News", "Ann <Ann.B@xn--80a1acny.xn--p1ai>",
		},
		{
			"a non-ASCII local part stays as it is", sender, "News", "Анна", "анна@почта.рф",
			sender, "News", "=?utf-8?b?0JDQvdC90LA=?= <анна@xn--80a1acny.xn--p1ai>",
		},
		{
			"a sender on a host without a dot is allowed", "Postrider <post@localhost>", "News", "Ann", "ann@example.com",
			"Postrider <post@localhost>", "News", "Ann <ann@example.com>",
		},
		{
			"text that looks like an encoded word is not taken for one", sender, "=?utf-8?q?a?=", "=?utf-8?q?b?=", "ann@example.com",
			sender, "=?utf-8?b?PT91dGYtOD9xP2E/PQ==?=", "=?utf-8?b?PT91dGYtOD9xP2I/PQ==?= <ann@example.com>",
		},
		{
			"two spaces stay two", sender, " a  b ", "Ann  Smith", "ann@example.com",
			sender, "=?utf-8?b?YSAgYg==?=", "=?utf-8?b?QW5uICBTbWl0aA==?= <ann@example.com>",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := compose(t, letter.Mailing, c.from, c.subject, "Hello", domain.Recipient{Email: c.email, Name: c.to})
			for name, want := range map[string]string{"From": c.wantFrom, "Subject": c.wantSubject, "To": c.wantTo} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if r.subject != strings.TrimSpace(c.subject) {
				t.Errorf("the subject is read as %q", r.subject)
			}
			to, err := mail.ParseAddress(r.header.Get("To"))
			if err != nil || to.Name != c.to || to.Address != r.To {
				t.Errorf("To is read as %+v, %v; want %q <%s>", to, err, c.to, r.To)
			}
			from, err := mail.ParseAddress(r.header.Get("From"))
			if err != nil || from.Address != r.From {
				t.Errorf("From is read as %+v, %v; want <%s>", from, err, r.From)
			}
		})
	}
}

func TestNamesOfAnyLength(t *testing.T) {
	for _, name := range []string{
		"", strings.Repeat("я", 200), strings.Repeat("🎉", 200), strings.Repeat("x", 200), strings.Repeat(`"\ `, 66) + "e", strings.Repeat("Ann ", 49) + "Smith",
	} {
		for _, email := range []string{"ann@example.com", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("x", 60)+".", 3) + "com"} {
			r := compose(t, letter.Mailing, sender, "News", "Hello", domain.Recipient{Email: email, Name: name})
			to, err := mail.ParseAddress(r.header.Get("To"))
			if err != nil || to.Name != name || to.Address != email {
				t.Errorf("%q <%s> is read as %+v, %v", name, email, to, err)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	t.Run("a mailing is bulk and generated", func(t *testing.T) {
		r := compose(t, letter.Mailing, sender, "News", "Hello", ann)
		if r.header.Get("Precedence") != "bulk" || r.header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("header: %v", r.header)
		}
	})
	t.Run("a system letter is generated, not bulk, and has no fields", func(t *testing.T) {
		r := compose(t, letter.System, sender, "Hi {{surname}}", "Hello {{name}} {{", ann)
		if r.header.Get("Auto-Submitted") != "auto-generated" || r.header.Get("Precedence") != "" {
			t.Errorf("header: %v", r.header)
		}
		if r.subject != "Hi {{surname}}" || r.text != "Hello {{name}} {{\n" || !strings.Contains(r.html, "Hello {{name}} {{</p>") {
			t.Errorf("subject %q, text %q", r.subject, r.text)
		}
	})
	t.Run("there is no Bcc, Reply-To, Sender or List field", func(t *testing.T) {
		r := compose(t, letter.Mailing, sender, "News", "Hello", ann)
		if len(r.header) != 9 {
			t.Errorf("%d fields: %v", len(r.header), r.header)
		}
	})
}

func TestEnvelope(t *testing.T) {
	cases := []struct {
		name, from, to   string
		wantFrom, wantTo string
		utf8             bool
	}{
		{"consists of bare addresses", sender, "Ann@Example.COM", "post@example.org", "Ann@example.com", false},
		{"a Cyrillic domain needs no SMTPUTF8", sender, "ann@почта.рф", "post@example.org", "ann@xn--80a1acny.xn--p1ai", false},
		{"a Cyrillic local part does", sender, "анна@example.com", "post@example.org", "анна@example.com", true},
		{"and so does that of the sender", "почта@example.org", "ann@example.com", "почта@example.org", "ann@example.com", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := compose(t, letter.Mailing, c.from, "Тема", "Hello", domain.Recipient{Email: c.to, Name: "Анна"})
			if r.From != c.wantFrom || r.To != c.wantTo || r.UTF8 != c.utf8 {
				t.Errorf("<%s> to <%s>, UTF8 %t", r.From, r.To, r.UTF8)
			}
			if head, _, _ := strings.Cut(string(r.Source), "\r\n\r\n"); !c.utf8 && strings.ContainsFunc(head, func(r rune) bool { return r > '~' }) {
				t.Errorf("the header is not US-ASCII: %q", head)
			}
		})
	}
}

func TestSameBytesAtEveryTry(t *testing.T) {
	template, err := letter.Parse(t.Context(), letter.Mailing, sender, "Hi {{name}}", "Hello {{name}}")
	if err != nil {
		t.Fatal(err)
	}
	id := letter.MessageID("k3y", 7, "Почта.РФ")
	first, err := template.Compose(ann, id, date)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			again, err := template.Compose(ann, id, date)
			if err != nil || !bytes.Equal(again.Source, first.Source) {
				t.Errorf("another try differs: %v", err)
			}
		})
	}
	wait.Wait()
	r := read(t, first)
	if got := r.header.Get("Message-Id"); got != "<7.k3y@xn--80a1acny.xn--p1ai>" || got != id {
		t.Errorf("Message-ID is %q", got)
	}
	if got := r.header.Get("Date"); got != "Tue, 10 Mar 2026 12:04:05 +0000" {
		t.Errorf("Date is %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	cases := []struct{ name, sender, subject, body, field, says string }{
		{"a sender that is not an address", "Postrider", "a", "b", "sender", "Postrider"},
		{"two senders", "a@b.com, c@d.com", "a", "b", "sender", "a@b.com"},
		{"a sender with a quoted local part", `"a b"@c.com`, "a", "b", "sender", "a b"},
		{"a sender at an address literal", "a@[127.0.0.1]", "a", "b", "sender", "127"},
		{"a line break in the sender's name", "=?utf-8?q?a=0D=0AB:_c?= <a@b.com>", "a", "b", "sender", "a@b.com"},
		{"a line break in the subject", sender, "a\r\nBcc: x@y.com", "b", "subject", "Line breaks"},
		{"NUL in the subject", sender, "a\x00", "b", "subject", "Line breaks"},
		{"U+2028 in the subject", sender, "a\u2028", "b", "subject", "Line breaks"},
		{"invalid UTF-8 in the subject", sender, "a\xff", "b", "subject", "Line breaks"},
		{"an unknown field in the subject", sender, "{{surname}}", "b", "subject", "{{surname}}"},
		{"an unknown field in the body", sender, "a", "Hi {{surname}}", "body", "{{surname}}"},
		{"an unclosed field", sender, "a", "Hi {{name", "body", "{{name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := letter.Parse(t.Context(), letter.Mailing, c.sender, c.subject, c.body)
			var wrong domain.Invalid
			if !errors.As(err, &wrong) || len(wrong) != 1 || !strings.Contains(wrong[c.field].String(), c.says) {
				t.Errorf("got %v, want Invalid with %q about %q", err, c.field, c.says)
			}
		})
	}
}

func TestComposeRefuses(t *testing.T) {
	template, err := letter.Parse(t.Context(), letter.Mailing, sender, "Hi {{name}}", "Hello")
	if err != nil {
		t.Fatal(err)
	}
	good := letter.MessageID("k", 1, "example.org")
	cases := []struct {
		name string
		to   domain.Recipient
		id   string
	}{
		{"CRLF in a name", domain.Recipient{Email: "a@b.com", Name: "a\r\nBcc: x@y.com"}, good},
		{"LF in a name", domain.Recipient{Email: "a@b.com", Name: "a\nb"}, good},
		{"NUL in a name", domain.Recipient{Email: "a@b.com", Name: "a\x00"}, good},
		{"U+2028 in a name", domain.Recipient{Email: "a@b.com", Name: "a\u2028b"}, good},
		{"invalid UTF-8 in a name", domain.Recipient{Email: "a@b.com", Name: "a\xff"}, good},
		{"a second line in an address", domain.Recipient{Email: "a@b.com\r\nDATA"}, good},
		{"a parameter in an address", domain.Recipient{Email: "a@b.com> NOTIFY=NEVER"}, good},
		{"no address", domain.Recipient{}, good},
		{"a line break in a Message-ID", ann, "<a\r\nb@c>"},
		{"a Message-ID without brackets", ann, "a@b"},
		{"a Message-ID without a domain", ann, "<a@>"},
		{"no Message-ID", ann, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l, err := template.Compose(c.to, c.id, date)
			if err == nil || l.Source != nil {
				t.Errorf("%v; the letter is %q", err, l.Source)
			}
		})
	}
}

// Names from before names were checked are cleaned, both in header fields and in the text.
func TestOldNames(t *testing.T) {
	for name, want := range map[string]string{"nnA\u202e": "nnA", "\u3164": "", "Ann\u2066\u200b": "Ann", "Ann": "Ann"} {
		r := compose(t, letter.Mailing, sender, "For {{name|you}}", "Dear {{name|friend}}", domain.Recipient{Email: "ann@example.com", Name: name})
		if subject := "For " + cmp.Or(want, "you"); r.subject != subject {
			t.Errorf("%+q: the subject is %q, want %q", name, r.subject, subject)
		}
		to, err := mail.ParseAddress(r.header.Get("To"))
		if err != nil || to.Name != want {
			t.Errorf("%+q: To is read as %+v, %v", name, to, err)
		}
		if text := "Dear " + cmp.Or(want, "friend"); strings.TrimSpace(r.text) != text {
			t.Errorf("%+q: the text is %q", name, r.text)
		}
	}
}
