package domain_test

import (
	"testing"

	"postrider/domain"
)

func TestText(t *testing.T) {
	t.Run("inserts its arguments", func(t *testing.T) {
		if got := domain.Say("Use at most %d characters.", 5).String(); got != "Use at most 5 characters." {
			t.Error(got)
		}
	})
	t.Run("without arguments is used as it is", func(t *testing.T) {
		if got := domain.Say("100% sure").String(); got != "100% sure" {
			t.Error(got)
		}
	})
}

func TestHasControl(t *testing.T) {
	for _, s := range []string{"\r", "\n", "\x00", "\t", "\x1b", "\x7f", "\u0085", "\u009f", "\u2028", "\u2029"} {
		if !domain.HasControl("a" + s + "b") {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"", "Ann Smith", "Анна 🎉", "\u00a0", "a\u200db"} {
		if domain.HasControl(s) {
			t.Errorf("%q does not pass", s)
		}
	}
}
