package domain

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Real names in various scripts, and emoji.
var realNames = []string{"", "Ann", "Ann O’Connor-Smith, Jr.", "Søren Nielsen", "Анна Шмидт", "Yıldız", "Əliyev", "Γιώργος", "יוסי כהן",
	"محمد علی", "می\u200cخواهم", "ശ്രീ\u200dല", "അവന്\u200d", "श्री\u200d", "ශ්\u200dරී", "山田 太郎", "김철수", "Nguyễn Văn A", "Nguye\u0302\u0303n",
	"👩\u200d💻 Team", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3", "👍🏽", "№ 5 ™", "C++", "7", "†", "שָׁלוֹם"}

// Names that nobody can see or tell apart, by what is wrong with them.
var falseNames = map[string][]string{
	"direction": {"admin\u202e", "\u202anna", "\u202b", "\u202d", "A\u202cB", "\u2066x\u2069", "\u2067x", "\u2068x", "x\u200e", "x\u200f", "\u061cx"},
	"at least one": {"\u3164", "\u115f\u1160", "\uffa0", "\u2800\u2800", "\u200b", "\u200c\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u0301\u0301",
		"\ufe0f", "\U000e0100", "\U000e0041\U000e0042", "\u180b", "\u17b4", "\u00a0\u200b\u3000", "\u206a"},
	"invisible": {"ad\u200bmin", "admin\u3164", "admin\u2800", "ad\u00admin", "ad\u200cmin", "ад\u200dмин", "admin\ufe0f", "admin\u200d", "\u200dadmin",
		"a\u0301\u200dd", "admin\U000e0041", "admin\u2060", "\ufeffadmin", "admin\u034f", "🏴\U000e0067\U000e007f", "می\u200c", "x\ufff9y"},
	"accents": {"a" + strings.Repeat("\u0301", MaxMarks+1)},
	"control": {"a\nb", "a\u2028b", "a\x00b"},
}

func TestNames(t *testing.T) {
	check := func(name string) string {
		wrong := Invalid{}
		checkName(wrong, "name", name, MaxName)
		return wrong["name"].String()
	}
	for _, name := range append(realNames, "a"+strings.Repeat("\u0301", MaxMarks)) {
		if why := check(name); why != "" {
			t.Errorf("%q (%+q): %s", name, name, why)
		}
		if got := CleanName(name); got != name {
			t.Errorf("%+q is cleaned to %+q", name, got)
		}
	}
	for why, names := range falseNames {
		for _, name := range names {
			if got := check(name); !strings.Contains(got, why) {
				t.Errorf("%+q: %q, want %q", name, got, why)
			}
		}
	}
}

// Everything that people can name rejects bad names.
func TestNamesOfEverything(t *testing.T) {
	for _, name := range []string{"admin\u202e", "\u3164", "ad\u200bmin"} {
		_, team := CheckTeamName(name)
		_, account := SignUp{Email: "a@example.com", Name: name, Password: "a long enough password"}.Check()
		_, client := Client{Email: "a@example.com", FullName: name}.Check()
		for what, err := range map[string]error{
			"a sign-up": account,
			"a profile": Profile{Name: name, TimeZone: "UTC"}.Check(),
			"a client":  client,
			"a mailing": Mailing{Name: name, MessageID: 1, Audience: AudienceAll}.Check(),
			"a team":    team,
		} {
			if wrong, ok := err.(Invalid); !ok || len(wrong) != 1 {
				t.Errorf("%s called %+q: %v", what, name, err)
			}
		}
	}
	for _, local := range []string{"admin\u3164", "admin\u2800", "admin\ufe0f", "ad\u115fmin", "ad\u034fmin"} {
		if a, err := ParseAddress(local + "@example.com"); err == nil {
			t.Errorf("an address: %+q", a)
		}
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"admin\u202egpj": "admingpj", "\u3164": "", " \u200b": "", "ad\u200bmin": "admin", "a\nb": "a b", "x\u2069y": "xy", "\u0301": "",
		"👩\u200d💻\u200d": "👩\u200d💻", "a\xffb": "a\ufffdb", "  Ann ": "  Ann ", "ad\u200dmin": "admin"} {
		if got := CleanName(name); got != want {
			t.Errorf("%+q is cleaned to %+q, want %+q", name, got, want)
		}
	}
}

// FuzzCleanName checks that a cleaned name is valid text without controls or direction marks, is visible or empty, and
// stays the same when cleaned again.
func FuzzCleanName(f *testing.F) {
	for _, name := range realNames {
		f.Add(name)
	}
	for _, names := range falseNames {
		for _, name := range names {
			f.Add(name)
		}
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanName(name)
		if !utf8.ValidString(got) || HasControl(got) || strings.ContainsFunc(got, turnsText) || got != "" && !strings.ContainsFunc(got, isSeen) {
			t.Errorf("%+q is cleaned to %+q", name, got)
		}
		if again := CleanName(got); again != got {
			t.Errorf("%+q is cleaned to %+q, and that to %+q", name, got, again)
		}
		if shown := Isolated(name); strings.ContainsFunc(strings.Trim(shown, "\u2068\u2069"), turnsText) {
			t.Errorf("%+q is isolated as %+q", name, shown)
		}
		LookOf(name)
	})
}

func TestIsolated(t *testing.T) {
	for name, want := range map[string]string{"Ann": "Ann", "Анна": "Анна", "יוסי": "\u2068יוסי\u2069", "محمد": "\u2068محمد\u2069",
		"x\u202eabc": "xabc", "ann\u2069יוסי\u2066": "\u2068annיוסי\u2069", "𞤀": "\u2068𞤀\u2069"} {
		if got := Isolated(name); got != want {
			t.Errorf("%+q is isolated as %+q, want %+q", name, got, want)
		}
	}
}

func TestLookOf(t *testing.T) {
	for text, want := range map[string]Look{
		"ann@example.com":             {},
		"Ann Smith":                   {},
		"почта@пример.рф":             {ASCII: "xn--e1afmkfd.xn--p1ai"},
		"ann@пример.рф":               {ASCII: "xn--e1afmkfd.xn--p1ai"},
		"ann@müller.example":          {ASCII: "xn--mller-kva.example"},
		"müller@example.com":          {},
		"山田@example.com":              {},
		"山田taro@例え.jp":                {ASCII: "xn--r8jz45g.jp"},
		"аdmin@example.com":           {Mixed: true}, // а is Cyrillic
		"admin@exаmple.com":           {ASCII: "xn--exmple-4nf.com", Mixed: true},
		"admin@аррӏе.com":             {ASCII: "xn--80ak6aa92e.com"},
		"сосо@example.com":            {Mixed: true}, // all of it is Cyrillic
		"сосо@пример.рф":              {ASCII: "xn--e1afmkfd.xn--p1ai"},
		"αdmin@example.com":           {Mixed: true},
		"admın@example.com":           {Mixed: true},
		"ɑdmin@example.com":           {Mixed: true},
		"ａdmin@example.com":           {Mixed: true},
		"𝐚dmin@example.com":           {Mixed: true},
		"ann@xn--80ak6aa92e.com":      {},
		"Анна Smith":                  {},
		"Аdmin":                       {Mixed: true},
		"Yıldız Əliyev":               {},
		"VIP-клиенты № 5":             {},
		"Γιώργος Παπαδόπουλος":        {},
		"東京タワー Tokyo":                 {},
		"テストtest":                     {},
		"한국漢字":                        {},
		"한국カナ":                        {Mixed: true},
		"\u202eмоc.elpmaxe@nimda":     {Mixed: true},
		"\u2800аnn@example.com":       {Mixed: true},
		strings.Repeat("я", 300) + "": {},
	} {
		if got := LookOf(text); got != want {
			t.Errorf("%q looks like %+v, want %+v", text, got, want)
		}
	}
}
