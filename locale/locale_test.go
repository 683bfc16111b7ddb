package locale_test

import (
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
)

func TestT(t *testing.T) {
	for _, c := range []struct {
		name, lang, want, key string
		args                  []any
	}{
		{"a text without arguments", "ru", "Сохранить", "Save", nil},
		{"English is the key", "en", "Save", "Save", nil},
		{"an unknown text stays English", "ru", "50% off", "50% off", nil},
		{"an argument", "ru", "Здравствуйте, Ann!", "Hello, %s", []any{"Ann"}},
		{"one in English", "en", "Use at least 1 character.", "Use at least %d characters.", []any{1}},
		{"many in English", "en", "Use at least 8 characters.", "Use at least %d characters.", []any{8}},
		{"1 in Russian", "ru", "Подождите 1 минуту", "Too many attempts. Wait %d minutes, then try again.", []any{1}},
		{"2 in Russian", "ru", "Подождите 2 минуты", "Too many attempts. Wait %d minutes, then try again.", []any{2}},
		{"5 in Russian", "ru", "Подождите 5 минут ", "Too many attempts. Wait %d minutes, then try again.", []any{5}},
		{"11 in Russian", "ru", "Подождите 11 минут ", "Too many attempts. Wait %d minutes, then try again.", []any{11}},
		{"21 in Russian", "ru", "Подождите 21 минуту", "Too many attempts. Wait %d minutes, then try again.", []any{21}},
		{"22 in Russian", "ru", "Подождите 22 минуты", "Too many attempts. Wait %d minutes, then try again.", []any{22}},
		{"thousands in English", "en", "at most 200,000 bytes", "The text is too long. Use at most %d bytes.", []any{200000}},
		{"thousands in Russian", "ru", "не больше 200\u00a0000 байт", "The text is too long. Use at most %d bytes.", []any{200000}},
		{"a text in a text", "ru", "Здравствуйте, Сохранить!", "Hello, %s", []any{domain.Say("Save")}},
		{"an unknown language is English", "de", "Hello, Ann", "Hello, %s", []any{"Ann"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := locale.For(c.lang, nil).T(c.key, c.args...); !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 23, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		lang string
		zone *time.Location
		want string
	}{
		{"en", nil, "23 Nov 2026, 23:05"},
		{"ru", nil, "23 нояб. 2026, 23:05"},
		{"ru", berlin, "24 нояб. 2026, 00:05"},
	} {
		if got := locale.For(c.lang, c.zone).Time(at); got != c.want {
			t.Errorf("%s in %v: %q, want %q", c.lang, c.zone, got, c.want)
		}
	}
	if got := locale.For("en", nil).Time(time.Time{}); got != "" {
		t.Errorf("no time is %q", got)
	}
	if got := locale.For("ru", nil).Date(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)); got != "1 мая 2026" {
		t.Errorf("the first of May is %q", got)
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "ru": "ru", "ru-RU,ru;q=0.9,en;q=0.8": "ru", "en-GB,en;q=0.9,ru;q=0.8": "en", "de,ru;q=0.5": "ru",
		"de": "en", "*": "en", "ru;q=x": "en", "\x00": "en",
	} {
		if got := locale.Match(header); got != want {
			t.Errorf("Match(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestFrom(t *testing.T) {
	if p := locale.From(t.Context()); p.Lang() != "en" || p.Zone() != time.UTC {
		t.Errorf("without a printer it is %s in %s", p.Lang(), p.Zone())
	}
	if p := locale.From(locale.With(t.Context(), locale.For("ru", nil))); p.Lang() != "ru" {
		t.Errorf("the printer of the context is lost: %s", p.Lang())
	}
}
