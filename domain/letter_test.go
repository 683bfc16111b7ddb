package domain

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMailbox(t *testing.T) {
	for want, all := range map[string][]string{
		"annsmith@gmail.com":        {"annsmith@gmail.com", "Ann.Smith@GMail.com", "ann.smith+news@googlemail.com", "a.n.n.s.m.i.t.h+1+2@gmail.com", "ANNSMITH@GOOGLEMAIL.COM"},
		"ann@yandex.ru":             {"ann@ya.ru", "a.nn@yandex.com", "ann+x@yandex.kz"},
		"ann@proton.me":             {"ann@pm.me", "Ann+1@protonmail.com"},
		"ann@xn--e1afmkfd.xn--p1ai": {"ann@пример.рф", "ANN+2@ПРИМЕР.РФ", "a.n.n@xn--e1afmkfd.xn--p1ai"},
		"+ann@example.com":          {"+ann@example.com"}, // not an empty local part
	} {
		for _, typed := range all {
			a, err := ParseAddress(typed)
			if err != nil {
				t.Fatal(typed, err)
			}
			if got := a.Mailbox(); got != want {
				t.Errorf("%s is %s, want %s", typed, got, want)
			}
		}
	}
	one, _ := ParseAddress("ann@example.com")
	other, _ := ParseAddress("ann@example.org")
	if one.Mailbox() == other.Mailbox() {
		t.Error("two domains are one")
	}
}

func TestLetterNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.77": "203.0.113.0/24", "::ffff:203.0.113.9": "203.0.113.0/24", "2001:db8:1:2::/64": "2001:db8:1::/48", "2001:db8:1:ffff::1": "2001:db8:1::/48",
		"fe80::1%eth0": "fe80::/48", "": "", "unknown": "unknown",
	} {
		if got := LetterNetwork(address); got != want {
			t.Errorf("%q is in %q, want %q", address, got, want)
		}
	}
}

func TestShownName(t *testing.T) {
	for name, want := range map[string]string{
		"Ann Smith":                       "Ann Smith",
		"Jean-Luc O’Neil":                 "Jean-Luc O’Neil",
		"Анна-Мария 2":                    "Анна-Мария 2",
		"नमस्ते":                          "नमस्ते",
		"Win! http://evil.example/x?y=1":  "Win http evil example x y 1",
		"evil.example":                    "evil example",
		"evil。example":                    "evil example",
		"me@evil.example":                 "me evil example",
		"Call 8 800 555-35-35 now":        "Call - - now",
		"\u202egnp.exe\u2066":             "gnp exe",
		"a\r\nBcc: x@y.z":                 "a Bcc x y z",
		"<b>**bold**</b> [a](b) `c`":      "b bold b a b c",
		"z\u0301\u0302\u0303\u0304\u0305": "z\u0301\u0302",
		"12345 !!! \u200b":                "",
		"💰💰💰":                             "",
		"\xff\xfe":                        "",
		"":                                "",
	} {
		if got := ShownName(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
	for n, want := range map[int]int{60: 60, 61: 60, 10000: 60} {
		if got := ShownName(strings.Repeat("ж", n)); utf8.RuneCountInString(got) != want || (n > 60) != strings.HasSuffix(got, "…") {
			t.Errorf("%d letters are shown as %q", n, got)
		}
	}
}

func FuzzShownName(f *testing.F) {
	f.Add("Ann http://evil.example")
	f.Fuzz(func(t *testing.T, name string) {
		got := ShownName(name)
		if utf8.RuneCountInString(got) > 60 || !utf8.ValidString(got) || strings.ContainsAny(got, "./:@<>[]()*_`\\\r\n#&") || ShownName(got) != got && !strings.HasSuffix(got, "…") {
			t.Errorf("%q is shown as %q", name, got)
		}
	})
}
