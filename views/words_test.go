package views

import (
	"testing"
	"time"

	"postrider/locale"
)

func TestLeftText(t *testing.T) {
	for left, want := range map[time.Duration][2]string{
		0:                               {"", ""},
		time.Second:                     {"about 5 seconds left", "осталось около 5 секунд"},
		22 * time.Second:                {"about 20 seconds left", "осталось около 20 секунд"},
		58 * time.Second:                {"about 1 minute left", "осталось около 1 минуты"},
		2*time.Minute + 5*time.Second:   {"about 2 minutes left", "осталось около 2 минут"},
		21 * time.Minute:                {"about 21 minutes left", "осталось около 21 минуты"},
		59*time.Minute + 40*time.Second: {"about 1 hour left", "осталось около 1 часа"},
		26 * time.Hour:                  {"about 26 hours left", "осталось около 26 часов"},
		47*time.Hour + 50*time.Minute:   {"about 2 days left", "осталось около 2 дней"},
		31 * 24 * time.Hour:             {"about 31 days left", "осталось около 31 дня"},
	} {
		for i, lang := range []string{locale.English, locale.Russian} {
			ctx := locale.With(t.Context(), locale.For(lang, nil))
			if got := leftText(ctx, left); got != want[i] {
				t.Errorf("%s in %s: %q, want %q", left, lang, got, want[i])
			}
		}
	}
}

func TestRateText(t *testing.T) {
	for rate, want := range map[float64]string{0: "", 0.001: "", 1.0 / 60: "1 email a minute", 0.5: "30 emails a minute", 1: "1 email a second", 41.6: "42 emails a second"} {
		if got := rateText(t.Context(), rate); got != want {
			t.Errorf("%v: %q, want %q", rate, got, want)
		}
	}
}
