package domain

import "testing"

func TestMaskAddress(t *testing.T) {
	for in, want := range map[string]string{
		"ann@example.com":     "a…@example.com",
		"a@example.com":       "a…@example.com",
		"Ёлка@почта.рф":       "Ё…@почта.рф",
		`"a@b"@example.com`:   `"…@example.com`,
		"ann+x@xn--80a1acny.": "a…@xn--80a1acny.",
		"nobody":              "n…",
		"":                    "",
	} {
		if got := MaskAddress(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestMaskName(t *testing.T) {
	for in, want := range map[string]string{"": "", "Ann Smith": "A…", "Ёлка": "Ё…", "🎄 tree": "🎄…"} {
		if got := MaskName(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestMaskedAttempt(t *testing.T) {
	for reply, want := range map[string]string{
		"<ann.smith@example.com>: Recipient address rejected":  "<a…@example.com>: Recipient address rejected",
		"5.1.1 <Ann.Smith@EXAMPLE.com>... User unknown":        "5.1.1 <A…@EXAMPLE.com>... User unknown",
		"mailbox ann.smith is full, Ann.Smith":                 "mailbox a… is full, A…",
		"no such user: joann.smithers":                         "no such user: joann.smithers",
		"bounces+ann.smith=example.com@relay.example unknown":  "b…@relay.example unknown",
		"Ok: queued as 4F2A1":                                  "Ok: queued as 4F2A1",
		"rcpt=ann.smith@example.com,size=10":                   "r…@example.com,size=10",
		"see https://relay.example/?to=ann.smith%40exam.p":     "see https://relay.example/?to=a…%40exam.p",
		"'ann.smith@example.com' is not a mailbox of ours":     "'a…@example.com' is not a mailbox of ours",
		"\"ann.smith\"@example.com is not here, nor ann-smith": "\"…@example.com is not here, nor ann-smith",
	} {
		a := Attempt{Recipient: Recipient{Email: "ann.smith@example.com", Name: "Ann Smith"}}
		a.Reply.Text = reply
		got := a.Masked()
		if got.Reply.Text != want {
			t.Errorf("%q became %q, want %q", reply, got.Reply.Text, want)
		}
		if got.Recipient != (Recipient{Email: "a…@example.com", Name: "A…"}) {
			t.Errorf("the recipient is %+v", got.Recipient)
		}
	}
	a := Attempt{Recipient: Recipient{Email: "a@example.com"}}
	a.Reply.Text = "a mailbox is full"
	if got := a.Masked().Reply.Text; got != "a mailbox is full" {
		t.Errorf("a short name took words away: %q", got)
	}
}

func TestMaskedText(t *testing.T) {
	got := Say("The relay refuses your sender: %s (%d)", "5.7.1 <news@example.com> denied", 3).Masked().String()
	if got != "The relay refuses your sender: 5.7.1 <n…@example.com> denied (3)" {
		t.Errorf("got %q", got)
	}
}
