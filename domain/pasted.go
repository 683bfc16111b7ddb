package domain

import (
	"errors"
	"strings"
	"unicode"
)

// MaxPasted is how many addresses the form of one client takes at once.
const MaxPasted = 50

// Contact is an address and the name beside it, as people write and copy them.
type Contact struct{ Email, Name string }

// ReadContacts reads what is typed or pasted where one address belongs: also "Ann <ann@example.com>", a mailto: link, and several
// of them with commas, semicolons, spaces or lines between. What is no address stays a contact as it is, for the check of
// addresses to refuse. It is empty where nothing is typed.
func ReadContacts(text string) (all []Contact) {
	name := ""
	for _, piece := range splitContacts(cleanPasted(text)) {
		if strings.Contains(piece, "<") {
			all, name = append(all, angled(name, piece)...), ""
			continue
		}
		if name != "" {
			all, name = append(all, Contact{Email: name}), ""
		}
		if !strings.Contains(piece, "@") {
			name = piece // of "Archer, Ann <ann@example.com>", or a mistake
			continue
		}
		all = append(all, bare(piece)...)
	}
	if name != "" {
		all = append(all, Contact{Email: name})
	}
	return all
}

// cleanPasted leaves out what cannot be seen, and makes one kind of space of all of them.
func cleanPasted(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case isBlank(r) && !isJoiner(r) || r == 0x200c || r == 0x200d:
			return -1
		}
		return r
	}, text)
}

// splitContacts cuts a text at commas, semicolons and line ends outside of quotes and angle brackets.
func splitContacts(text string) (pieces []string) {
	var piece strings.Builder
	quoted, angled := false, false
	end := func() {
		if trimmed := strings.TrimSpace(piece.String()); trimmed != "" {
			pieces = append(pieces, trimmed)
		}
		piece.Reset()
	}
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '<' || r == '>':
			angled = r == '<'
		case r == '\n':
			quoted, angled = false, false
			end()
			continue
		case (r == ',' || r == ';') && !quoted && !angled:
			end()
			continue
		}
		piece.WriteRune(r)
	}
	end()
	return pieces
}

// angled are the contacts of "Ann <ann@example.com> Bob <bob@example.com>". before is a part of the first name that stands before
// a comma.
func angled(before, piece string) (all []Contact) {
	for piece != "" {
		name, rest, found := strings.Cut(piece, "<")
		if !found {
			return append(all, bare(strings.TrimSpace(piece))...)
		}
		address, after, _ := strings.Cut(rest, ">")
		name = strings.Join(strings.Fields(strings.ReplaceAll(name, `"`, "")), " ")
		if before != "" && name != "" {
			name = before + ", " + name
		} else {
			name = before + name
		}
		all = append(all, Contact{Email: withoutScheme(strings.TrimSpace(address)), Name: name})
		before, piece = "", strings.TrimSpace(after)
	}
	return all
}

// bare are the addresses of a piece without brackets: several where each word has an @.
func bare(piece string) (all []Contact) {
	words := strings.Fields(piece)
	for _, word := range words {
		if !strings.Contains(word, "@") {
			return []Contact{{Email: withoutScheme(piece)}}
		}
		all = append(all, Contact{Email: withoutScheme(word)})
	}
	return all
}

// withoutScheme is the address of a mailto: link (RFC 6068), or the text itself.
func withoutScheme(address string) string {
	const scheme = "mailto:"
	if len(address) < len(scheme) || !strings.EqualFold(address[:len(scheme)], scheme) {
		return address
	}
	address, _, _ = strings.Cut(address[len(scheme):], "?")
	return address
}

// Pasted is a client of several that are to be added at once, and why it is not added; the zero Text where it is.
type Pasted struct {
	Client
	Why Text
}

// CheckPasted checks clients that are to be added together. An address that stands there twice is added once. exists reports
// whether the team has the key of an address.
func CheckPasted(clients []Client, exists func(key string) (bool, error)) (all []Pasted, err error) {
	seen := map[string]bool{}
	for _, c := range clients {
		address, wrong := c.Check()
		one := Pasted{Client: c, Why: firstMistake(wrong)}
		if wrong == nil {
			key := address.Key()
			there, err := exists(key)
			switch {
			case err != nil:
				return nil, err
			case seen[key]:
				one.Why = Say("The same address stands above.")
			case there:
				one.Why = taken()
			}
			seen[key] = true
		}
		all = append(all, one)
	}
	return all, nil
}

// firstMistake is what is wrong with a client, its address first.
func firstMistake(err error) Text {
	var wrong Invalid
	if !errors.As(err, &wrong) {
		return Text{}
	}
	for _, field := range []string{"email", "full_name", "comment"} {
		if why, ok := wrong[field]; ok {
			return why
		}
	}
	return Text{}
}
