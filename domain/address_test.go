package domain_test

import (
	"errors"
	"net/mail"
	"strings"
	"testing"

	"postrider/domain"
)

func TestParseAddress(t *testing.T) {
	label63 := strings.Repeat("x", 63)
	accepted := []struct{ name, in, envelope string }{
		{"a plain address stays as it is", "ann@example.com", "ann@example.com"},
		{"the local part keeps its case, the domain does not", "Ann.B@Example.COM", "Ann.B@example.com"},
		{"a tag and other atoms are allowed", "a.b+news=x_y'z@example.com", "a.b+news=x_y'z@example.com"},
		{"a Cyrillic domain becomes A-labels", "анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"},
		{"A-labels stay", "ann@XN--80A1ACNY.xn--p1ai", "ann@xn--80a1acny.xn--p1ai"},
		{"an ideographic full stop is a dot", "ann@example。com", "ann@example.com"},
		{"64 octets before @ are allowed", strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com"},
		{"a label of 63 octets is allowed", "a@" + label63 + ".com", "a@" + label63 + ".com"},
	}
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) {
			a, err := domain.ParseAddress(c.in)
			if err != nil || a.Envelope() != c.envelope {
				t.Errorf("ParseAddress(%q) = %q, %v; want %q", c.in, a.Envelope(), err, c.envelope)
			}
		})
	}
	refused := []struct{ name, in string }{
		{"nothing is refused", ""},
		{"a parameter cannot be smuggled in", "a@b.com> NOTIFY=NEVER"},
		{"a second line cannot be smuggled in", "a@b.com\r\nRCPT TO:<c@d.com>"},
		{"NUL is refused", "a\x00@b.com"},
		{"a line separator is refused", "a\u2028@b.com"},
		{"a name is refused", "Ann <ann@example.com>"},
		{"two addresses are refused", "a@b.com,c@d.com"},
		{"two addresses with a semicolon are refused", "a@b.com;c@d.com"},
		{"two @ are refused", "a@b@c.com"},
		{"a full-width @ is not a second one", "a@b＠c.com"},
		{"a space is refused", "a b@c.com"},
		{"a no-break space is refused", "a\u00a0b@c.com"},
		{"an em space is refused", "a\u2003b@c.com"},
		{"a zero-width character is refused", "ann\u200b@example.com"},
		{"a direction mark is refused", "\u202eann@example.com"},
		{"a quoted local part is refused", `"a b"@c.com`},
		{"a comment is refused", "a(b)@c.com"},
		{"a source route is refused", "@x.com:a@b.com"},
		{"an address literal is refused", "a@[127.0.0.1]"},
		{"an IP address is refused", "a@127.0.0.1"},
		{"a domain without a dot is refused", "a@localhost"},
		{"a dot at the end is refused", "a@example.com."},
		{"two dots are refused", "a@example..com"},
		{"a dot at the start of the domain is refused", "a@.com"},
		{"a dot at the start of the local part is refused", ".a@example.com"},
		{"two dots in the local part are refused", "a..b@example.com"},
		{"an underscore in the domain is refused", "a@ex_ample.com"},
		{"a hyphen at a label's end is refused", "a@example-.com"},
		{"broken A-labels are refused", "a@xn--0.com"},
		{"nothing before @ is refused", "@example.com"},
		{"nothing after @ is refused", "a@"},
		{"65 octets before @ are refused", strings.Repeat("a", 65) + "@example.com"},
		{"33 Cyrillic letters before @ are 66 octets and refused", strings.Repeat("я", 33) + "@example.com"},
		{"a label of 64 octets is refused", "a@" + label63 + "x.com"},
		{"more than 254 octets are refused", "a@" + strings.Repeat(label63+".", 4) + "com"},
		{"invalid UTF-8 is refused", "a\xff@example.com"},
	}
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			a, err := domain.ParseAddress(c.in)
			var why domain.AddressError
			if !errors.As(err, &why) || why.Error() == "" {
				t.Errorf("ParseAddress(%q) = %+v, %v; want an AddressError", c.in, a, err)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	ascii, err := domain.ParseAddress("Ann@Example.com")
	if err != nil {
		t.Fatal(err)
	}
	cyrillic, err := domain.ParseAddress("Анна@почта.рф")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("ignores the case of A to Z, and nothing else", func(t *testing.T) {
		if ascii.Key() != "ann@example.com" || cyrillic.Key() != "Анна@xn--80a1acny.xn--p1ai" {
			t.Errorf("keys are %q and %q", ascii.Key(), cyrillic.Key())
		}
		for _, pair := range [][2]string{
			{"m\u0130ke@example.com", "mike@example.com"}, {"\u212aate@example.com", "kate@example.com"}, {"\u212bsa@example.com", "\u00e5sa@example.com"},
			{"Анна@example.com", "анна@example.com"}, {"e\u0301@example.com", "\u00e9@example.com"}, {"\uff41@example.com", "a@example.com"},
			{"stra\u00dfe@example.com", "strasse@example.com"}, {"a@stra\u00dfe.example", "a@strasse.example"}, {"\u017fam@example.com", "sam@example.com"},
		} {
			if domain.SameAddress(pair[0], pair[1]) {
				t.Errorf("%q and %q are one", pair[0], pair[1])
			}
		}
	})
	t.Run("is compared by its domain's IDNA form", func(t *testing.T) {
		for _, pair := range [][2]string{{"a@BÜCHER.example", "a@xn--bcher-kva.example"}, {"a@bu\u0308cher.example", "a@bücher.example"},
			{"A@\u212aelvin.example", "a@kelvin.example"}, {"a@b\u3002example", "a@b.example"}} {
			if !domain.SameAddress(pair[0], pair[1]) {
				t.Errorf("%q and %q are two", pair[0], pair[1])
			}
		}
	})
	t.Run("needs SMTPUTF8 for its local part only", func(t *testing.T) {
		domainOnly, err := domain.ParseAddress("ann@почта.рф")
		if err != nil || domainOnly.NeedsUTF8() || ascii.NeedsUTF8() || !cyrillic.NeedsUTF8() {
			t.Errorf("%v: %t %t %t", err, domainOnly.NeedsUTF8(), ascii.NeedsUTF8(), cyrillic.NeedsUTF8())
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"ann@example.com", "Анна@почта.рф", "a@b> NOTIFY=NEVER", "a@b.com> NOTIFY=NEVER", "a@b.com\r\nDATA", "a@b＠c.com",
		"a@xn--80a1acny.xn--p1ai", "a@[::1]", "\"a\"@b.com", "a@ß.de", "a@b。c", "a\u200b@b.com", "İ@b.com", "a@b.com.",
		"ann@example.com SIZE=1", "a@127.0.0.1", "a@b.com,eve@example.com", "a@exam\u00adple.com", "a@ⓔxample.com", ".a@b.com", "a..b@b.com", "a@-b.com",
		"a@" + strings.Repeat("a", 64) + ".com", strings.Repeat("a", 65) + "@b.com", "a%b!c@b.com", "\xff@b.com", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		a, err := domain.ParseAddress(in)
		if err != nil {
			if _, ok := err.(domain.AddressError); !ok {
				t.Fatalf("%q: the error is a %T", in, err)
			}
			return
		}
		envelope := a.Envelope()
		if strings.ContainsAny(envelope, "<> \t\u00a0,;") || domain.HasControl(envelope) {
			t.Errorf("%q became %q, with a character that ends an address", in, envelope)
		}
		if strings.Count(envelope, "@") != 1 || len(envelope) > 254 {
			t.Errorf("%q became %q, of %d octets", in, envelope, len(envelope))
		}
		if again, err := domain.ParseAddress(envelope); err != nil || again != a {
			t.Errorf("%q became %q, which becomes %q, %v", in, envelope, again.Envelope(), err)
		}
		again, err := domain.ParseAddress(a.Key())
		if err != nil || again.Key() != a.Key() || len(a.Key()) != len(a.Envelope()) || !strings.EqualFold(a.Key(), a.Envelope()) {
			t.Errorf("the key of %q is %q, whose key is %q, %v", in, a.Key(), again.Key(), err)
		}
		if strings.Trim(a.Domain, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || !strings.Contains(a.Domain, ".") {
			t.Errorf("the domain of %q is %q", in, a.Domain)
		}
		if other, err := mail.ParseAddress(envelope); err != nil || other.Address != envelope || other.Name != "" {
			t.Errorf("%q became %q, which net/mail reads as %+v, %v", in, envelope, other, err)
		}
	})
}
