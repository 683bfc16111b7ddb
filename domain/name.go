package domain

import (
	"strings"
	"unicode"
)

// MaxMarks is how many combining marks, as accents and vowel points, one letter of a name may carry. Piled up, they cover the
// lines above and below.
const MaxMarks = 8

// checkName records what keeps value from being a name of at most max characters that others can read and tell from other
// names: of a person, a team, a client, a mailing. An empty one is for the caller to judge.
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

// isBlank reports whether a character takes part in text and shows nothing: fillers and blanks that count as letters and
// symbols, and what Unicode's Default_Ignorable_Code_Point and the category Cf hold, but for the signs that are seen.
func isBlank(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// isSeen reports whether a character can be seen by itself: a letter, a digit, a sign, and no mark that needs a letter.
func isSeen(r rune) bool {
	return !isBlank(r) && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
}

// isJoiner reports whether a character joins, separates or varies the signs beside it, which Persian and Indic names and
// emoji need.
func isJoiner(r rune) bool {
	return r == 0x200c || r == 0x200d || unicode.Is(unicode.Variation_Selector, r)
}

// CleanName is a name as it may be shown and written into a header field, also one from before names were checked: without
// what cannot be seen or turns the text around it, and "" when nothing can be seen then. Joiners stay where scripts and emoji
// use them.
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

// joins reports whether the joiner at i stands where one belongs: a selector after a sign, the others between two signs, or
// after the mark that kills an Indic vowel. None of them is of a script that knows no joiners, where it would only make a second
// name of one.
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

// mostMarks is how many combining marks follow each other at most.
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

// Isolated is a name as part of a sentence in plain text: cleaned, and where it holds letters of a script that is written from
// right to left, between isolates (UAX #9, section 2.6), so that the words around it stay in their order.
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

// fromRight reports whether a letter is of a script that is written from right to left: all of them stand in these blocks.
func fromRight(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff || r >= 0x10800 && r <= 0x10fff ||
		r >= 0x1e800 && r <= 0x1efff
}

// Look is what the eye does not see of an address or a name.
type Look struct {
	ASCII string // the domain as mail servers know it, when it is written in other letters; "" otherwise
	Mixed bool   // letters of several alphabets stand together, or letters that are made to look like others
}

// LookOf tells what the eye does not see of an address or a name. A word may hold one script (Unicode UTS #39, section 5.2,
// "highly restrictive"), and the part before @ must not be all in letters that can pass for Latin ones where the domain has none.
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

// mixedWord reports whether a word of the text has letters of scripts that are not used together.
func mixedWord(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if mixes(scriptsOf(word)) {
			return true
		}
	}
	return false
}

// imitates reports whether the part before @ is of a script that has letters like Latin ones, as in сосо, and the domain is not.
func imitates(local, host string) bool {
	here, there := scriptsOf(local), scriptsOf(host)
	for _, script := range []string{"Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Lisu"} {
		if here[script] && !there[script] {
			return true
		}
	}
	return false
}

// scriptsOf are the scripts of the letters of a text.
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
	switch { // nearly every letter is of one of these
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

// mixes reports whether scripts stand together that no language writes together (UTS #39, section 5.2).
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

// dotlessI is a letter of Turkish; in an address it passes for i.
const dotlessI = '\u0131'

// imitations are letters that no name is written with, and that look like those of others: of phonetics, of mathematics, in
// circles, wide ones.
var imitations = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0251, Hi: 0x0251, Stride: 1}, {Lo: 0x0261, Hi: 0x0261, Stride: 1}, {Lo: 0x026a, Hi: 0x026a, Stride: 1},
		{Lo: 0x1d00, Hi: 0x1dbf, Stride: 1}, {Lo: 0x2100, Hi: 0x214f, Stride: 1}, {Lo: 0x2160, Hi: 0x2188, Stride: 1},
		{Lo: 0x24b6, Hi: 0x24e9, Stride: 1}, {Lo: 0xff21, Hi: 0xff5a, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1d400, Hi: 0x1d7ff, Stride: 1}},
}

// isImitation reports whether a letter is made to look like another one; № and ™ are none.
func isImitation(r rune) bool {
	return unicode.Is(imitations, r) && (unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_Alphabetic, r))
}
