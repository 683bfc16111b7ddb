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

// uglyReplies name ann.smith+tag@bücher.example, Ann Smith, in ways that real relays do.
var uglyReplies = []string{
	"<ann.smith+tag@xn--bcher-kva.example>: Recipient address rejected",
	"5.1.1 <Ann.Smith+Tag@BÜCHER.EXAMPLE>... User unknown",
	"mailbox ann.smith is full",
	"no mailbox here for leak4, tag, or ann",
	"Ann Smith has left us; ask anne instead",
	"SMITH, ANN: over quota",
	"bounces+ann.smith=xn--bcher-kva.example@relay.example unknown",
	"SRS0=HHH=TT=xn--bcher-kva.example=ann.smith@forwarder.example rejected",
	"=?utf-8?Q?Ann_Smith?= =?utf-8?B?YW5uLnNtaXRo?=",
	"see https://relay.example/?to=ann%2Esmith%2Btag%40b%C3%BCcher.example",
	"\"ann.smith+tag\"@b\u00fccher.example is not here",
	"ann.smi\nth+tag@xn--bcher-kva.example",
	"@one,@two:ann.smith@xn--bcher-kva.example loops",
	"ann . smith (at) buecher dot example",
	"YW5uLnNtaXRoK3RhZ0Bib29rcy5leGFtcGxl",
	"user 4711 = A. Smith, Books",
}

func TestMaskedAttempt(t *testing.T) {
	for _, reply := range uglyReplies {
		a := Attempt{Recipient: Recipient{Email: "ann.smith+tag@xn--bcher-kva.example", Name: "Ann Smith"}}
		a.Result = Result{Stage: StageRcpt, Outcome: OutcomePermanent, Scope: ScopeRecipient, Reply: Reply{Code: 550, Enhanced: "5.1.1", Text: reply}}
		want := Attempt{Recipient: Recipient{Email: "a…@xn--bcher-kva.example", Name: "A…"}, Result: a.Result}
		want.Reply.Text = ""
		if got := a.Masked(); got != want {
			t.Errorf("%q became %+v", reply, got)
		}
	}
}

func TestTextWithoutWords(t *testing.T) {
	const key = "The mail server rejects your sender: %s (%d)"
	for _, reply := range uglyReplies {
		for words, want := range map[string]string{"550 5.1.1 " + reply: "550 5.1.1", "5.1.1 " + reply: "5.1.1", "550 " + reply: "550", "999 " + reply: "…"} {
			if reply == uglyReplies[1] && words == "550 "+reply {
				want = "550 5.1.1"
			}
			got := Say(key, words, 3).WithoutWords()
			if got.String() != "The mail server rejects your sender: "+want+" (3)" {
				t.Errorf("%q became %q", words, got)
			}
		}
	}
	if got := Say(key, "5501 Main Street", 3).WithoutWords(); got.Args[0] != "…" {
		t.Errorf("a number of a street is a code: %q", got)
	}
}

func TestCause(t *testing.T) {
	for _, reply := range uglyReplies {
		for _, stage := range []Stage{StageMail, StageRcpt, StageData, StageBody, StageDot} {
			c := Result{Stage: stage, Outcome: OutcomeTemporary, Scope: ScopeRelay, Reply: Reply{Code: 421, Enhanced: "4.3.2", Text: reply}}.Cause()
			if c != (Cause{Stage: stage, Code: 421, Enhanced: "4.3.2"}) || c.String() != string(stage)+" 421 4.3.2" {
				t.Errorf("%q at %s became %+v", reply, stage, c)
			}
		}
		if c := (Result{Stage: StageAuth, Reply: Reply{Code: 535, Enhanced: "5.7.8", Text: reply}}).Cause(); c.String() != "auth 535 5.7.8" {
			t.Errorf("%q is for the log %q", reply, c)
		}
	}
	down := Result{Stage: StageConnect, Scope: ScopeRelay, Reply: Reply{Text: "connection refused"}}.Cause()
	if down.String() != "connect: connection refused" || down.Words != "connection refused" {
		t.Errorf("%+v is %q", down, down)
	}
	if text := (Cause{Stage: StageAuth, Code: 535}).Explain(); text.Key != "The mail server doesn't accept the username and password." {
		t.Errorf("a 535 means %q", text)
	}
}
