package domain

import (
	"strings"
	"unicode"
)

// MaxMarks is how many combining marks, such as accents and vowel points, one letter of a name may carry. Stacked marks
// cover the lines above and below.
const MaxMarks = 8

// checkName records why value is not a name of at most max characters that people can read and tell apart: the name of
// a person, team, client or mailing. Callers decide whether it may be empty.
func checkName(wrong Invalid, field, value string, max int) {
	checkLine(wrong, field, value, max)
	switch {
	case strings.ContainsFunc(value, turnsText):
		wrong.Add(field, "Names can't contain invisible characters that change the direction of text.")
	case strings.TrimSpace(value) != "" && !strings.ContainsFunc(value, isSeen):
		wrong.Add(field, "A name needs at least one letter or other visible character.")
	case strings.TrimSpace(value) != "" && CleanName(value) != value:
		wrong.Add(field, "Names can't contain invisible characters. Type the name instead of pasting it.")
	case mostMarks(value) > MaxMarks:
		wrong.Add(field, "Use at most %d accents on one letter.", MaxMarks)
	}
}

// turnsText reports whether a character changes the direction of the text around it (Unicode UAX #9, section 2).
func turnsText(r rune) bool {
	return r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// isBlank reports whether a character belongs to text but shows nothing: fillers and blanks classed as letters or
// symbols, and the invisible ones in Unicode's Default_Ignorable_Code_Point and category Cf.
func isBlank(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// isSeen reports whether a character is visible by itself: a letter, digit or sign, but not a mark that needs a letter.
func isSeen(r rune) bool {
	return !isBlank(r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
}

// isJoiner reports whether a character joins, separates or varies its neighbors, as Persian and Indic names and emoji
// need.
func isJoiner(r rune) bool {
	return r == 0x200c || r == 0x200d || unicode.Is(unicode.Variation_Selector, r)
}

// CleanName is a name that is safe to show and to put into a header field, even if it was saved before names were
// checked. It drops invisible characters and those that change the text direction, and is "" when nothing visible is
// left. Joiners stay where scripts and emoji use them.
func CleanName(name string) string {
	if isASCII(name) && !HasControl(name) && strings.ContainsFunc(name, isSeen) {
		return name
	}
	runes := []rune(strings.ToValidUTF8(name, "\ufffd"))
	var out strings.Builder
	for i, r := range runes {
		switch {
		case HasControl(string(r)):
			out.WriteByte(' ')
		case !isBlank(r) || isJoiner(r) && joins(runes, i):
			out.WriteRune(r)
		}
	}
	if cleaned := out.String(); strings.ContainsFunc(cleaned, isSeen) {
		return cleaned
	}
	return ""
}

// joins reports whether the joiner at i is used properly: a selector after a sign, others between two signs or after
// the mark that removes an Indic vowel. None may touch a script without joiners, where it would only make a lookalike
// of a name.
func joins(runes []rune, i int) bool {
	before := i - 1
	for before >= 0 && unicode.Is(unicode.Variation_Selector, runes[before]) && before > i-2 {
		before--
	}
	if before < 0 || !takesJoiner(runes[before]) {
		return false
	}
	return unicode.Is(unicode.Variation_Selector, runes[i]) || unicode.IsMark(runes[before]) || i+1 < len(runes) && takesJoiner(runes[i+1])
}

func takesJoiner(r rune) bool {
	if unicode.IsMark(r) {
		return !isBlank(r) && !unicode.Is(unicode.Inherited, r)
	}
	return isSeen(r) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// mostMarks is the length of the longest sequence of combining marks.
func mostMarks(name string) (most int) {
	run := 0
	for _, r := range name {
		if run++; !unicode.IsMark(r) {
			run = 0
		}
		most = max(most, run)
	}
	return most
}

// Isolated is a name for use in a plain text sentence: cleaned and, if it contains a right-to-left script, wrapped in
// isolates (UAX #9, section 2.6), so that the words around it stay in order.
func Isolated(name string) string {
	if isASCII(name) {
		return name
	}
	if strings.ContainsFunc(name, turnsText) {
		name = strings.Map(func(r rune) rune {
			if turnsText(r) {
				return -1
			}
			return r
		}, name)
	}
	if strings.ContainsFunc(name, fromRight) {
		return "\u2068" + name + "\u2069"
	}
	return name
}

// fromRight reports whether a letter belongs to a right-to-left script. All of them are in these blocks.
func fromRight(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff || r >= 0x10800 && r <= 0x10fff ||
		r >= 0x1e800 && r <= 0x1efff
}

// Look is what is hard to see in an address or a name.
type Look struct {
	ASCII string // the domain in its ASCII form, when written in other letters; "" otherwise
	Mixed bool   // mixes letters of several alphabets, or uses letters made to look like others
}

// LookOf finds what is hard to see in an address or a name. A word may use one script (Unicode UTS #39, section 5.2,
// "highly restrictive"), and the part before @ must not consist only of letters that pass for Latin ones unless the
// domain is in that script too.
func LookOf(text string) (l Look) {
	if isASCII(text) {
		return l
	}
	a, err := ParseAddress(text)
	if err != nil {
		return Look{Mixed: strings.ContainsFunc(text, isImitation) || mixedWord(text)}
	}
	local, host, _ := strings.Cut(text, "@")
	if !isASCII(host) {
		l.ASCII = a.Domain
	}
	l.Mixed = strings.ContainsFunc(text, isImitation) || strings.ContainsRune(local, dotlessI) || mixedWord(local) || mixedWord(host) ||
		imitates(local, host)
	return l
}

// mixedWord reports whether a word in the text mixes scripts that are not used together.
func mixedWord(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if mixes(scriptsOf(word)) {
			return true
		}
	}
	return false
}

// imitates reports whether the part before @ uses a script with Latin lookalikes, as in сосо, and the domain does not.
func imitates(local, host string) bool {
	here, there := scriptsOf(local), scriptsOf(host)
	for _, script := range []string{"Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Lisu"} {
		if here[script] && !there[script] {
			return true
		}
	}
	return false
}

// scriptsOf are the scripts of the letters in a text.
func scriptsOf(text string) map[string]bool {
	all := map[string]bool{}
	for _, r := range text {
		if !unicode.IsLetter(r) || unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		all[scriptOf(r)] = true
	}
	return all
}

func scriptOf(r rune) string {
	switch { // nearly all letters are in one of these
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.Is(unicode.Cyrillic, r):
		return "Cyrillic"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "unknown"
}

// mixes reports whether the set contains scripts that no language writes together (UTS #39, section 5.2).
func mixes(scripts map[string]bool) bool {
	if len(scripts) < 2 {
		return false
	}
	for _, together := range [][]string{{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"}} {
		known := 0
		for _, script := range together {
			if scripts[script] {
				known++
			}
		}
		if known == len(scripts) {
			return false
		}
	}
	return true
}

// dotlessI is a Turkish letter that passes for i in an address.
const dotlessI = '\u0131'

// imitations are letters that look like others and occur in no name: phonetic, mathematical, circled and full-width
// ones.
var imitations = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0251, Hi: 0x0251, Stride: 1}, {Lo: 0x0261, Hi: 0x0261, Stride: 1}, {Lo: 0x026a, Hi: 0x026a, Stride: 1},
		{Lo: 0x1d00, Hi: 0x1dbf, Stride: 1}, {Lo: 0x2100, Hi: 0x214f, Stride: 1}, {Lo: 0x2160, Hi: 0x2188, Stride: 1},
		{Lo: 0x24b6, Hi: 0x24e9, Stride: 1}, {Lo: 0xff21, Hi: 0xff5a, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1d400, Hi: 0x1d7ff, Stride: 1}},
}

// isImitation reports whether a letter is made to look like another one. № and ™ are not.
func isImitation(r rune) bool {
	return unicode.Is(imitations, r) && (unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_Alphabetic, r))
}
