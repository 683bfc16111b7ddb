package domain_test

import (
	"testing"
	"time"

	"postrider/domain"
)

func TestInvalid(t *testing.T) {
	t.Run("without mistakes is no error", func(t *testing.T) {
		if err := (domain.Invalid{}).Or(); err != nil {
			t.Error(err)
		}
	})
	t.Run("keeps the first mistake of a field", func(t *testing.T) {
		wrong := domain.Invalid{}
		wrong.Add("name", "first")
		wrong.Add("name", "second %d", 2)
		if got := wrong["name"].String(); got != "first" {
			t.Error(got)
		}
	})
	t.Run("lists mistakes by field name, those of the whole form without one", func(t *testing.T) {
		wrong := domain.Invalid{"b": domain.Say("B %s.", "x"), "a": domain.Say("A."), "": domain.Say("All.")}
		if got := wrong.Or().Error(); got != "invalid: All.; a: A.; b: B x." {
			t.Error(got)
		}
	})
}

func TestErrorsSpeakEnglish(t *testing.T) {
	for want, err := range map[string]error{
		"It is paused.":               domain.Refused{Why: domain.Say("It is %s.", "paused")},
		"too many attempts, wait 30s": domain.TooMany{RetryAfter: 30 * time.Second},
		"Bad.":                        domain.AddressError{Why: domain.Say("Bad.")},
		"Worse.":                      domain.FieldError{Why: domain.Say("Worse.")},
	} {
		if err.Error() != want {
			t.Errorf("%T says %q, want %q", err, err.Error(), want)
		}
	}
}
