package domain

import (
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Letter is one letter to one recipient, ready for the relay.
type Letter struct {
	From, To string // bare envelope addresses, with the domain in A-labels
	UTF8     bool   // one of them needs SMTPUTF8 (RFC 6531)
	Source   []byte // header and body with CRLF line ends; dots are not stuffed
}

// SystemLetter is a letter that the service itself writes: a row of the outbox.
type SystemLetter struct {
	ID        int64
	Key       string // random; part of its Message-ID
	To        Recipient
	Subject   string
	Body      string // Markdown without fields
	Language  string
	Tries     int
	Uncertain int
	NextAt    time.Time
	Date      time.Time // of its first try
	ExpiresAt time.Time
	CreatedAt time.Time
}

// How many system letters that others cause go out, so that nobody can fill a mailbox through us, nor spend the relay's
// good name. All are counted over the time that has just passed, and not by the calendar. Letters to those who have
// confirmed an account are counted apart, so that strangers cannot use up what these need.
const (
	MailboxLettersAnHour = 1
	MailboxLettersADay   = 3   // however the mailbox is spelled
	NetworkLettersADay   = 30  // asked for from a /24 of IPv4 or a /48 of IPv6
	DomainLettersADay    = 60  // to the mailboxes of one organization's domains
	StrangerLettersADay  = 300 // of the installation, to whom has no confirmed account
	AccountLettersADay   = 300 // of the installation, to whom has one
)

// OwnLettersADay is how many of a mailbox's letters a day can be asked for from a network from which nobody has signed in to
// its account: the last one is its owner's.
const OwnLettersADay = MailboxLettersADay - 1

// otherNames are the names under which mail providers deliver to the same mailboxes, by the one they are counted under.
var otherNames = map[string]string{
	"googlemail.com": "gmail.com",
	"ya.ru":          "yandex.ru", "yandex.com": "yandex.ru", "yandex.by": "yandex.ru", "yandex.kz": "yandex.ru", "yandex.ua": "yandex.ru",
	"pm.me": "proton.me", "protonmail.com": "proton.me", "protonmail.ch": "proton.me",
	"me.com": "icloud.com", "mac.com": "icloud.com",
}

// Mailbox is what letters are counted by: one name for all the spellings that some provider delivers to one mailbox. It is
// no address, and says nothing about whether two addresses are of one account.
func (a Address) Mailbox() string {
	local := strings.ToLower(a.Local)
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	if bare := strings.ReplaceAll(local, ".", ""); bare != "" {
		local = bare
	}
	host := a.Domain
	if name, ok := otherNames[host]; ok {
		host = name
	}
	return local + "@" + host
}

// LetterNetwork is the network that letters are counted by: the /24 of an IPv4 address, the /48 of an IPv6 address or of a
// network in IPv6, which is what a customer gets (RFC 6177). Anything else stands for itself.
func LetterNetwork(address string) string {
	bare, _, _ := strings.Cut(address, "/")
	ip, err := netip.ParseAddr(bare)
	if err != nil {
		return address
	}
	bits := 24
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		bits = 48
	}
	return netip.PrefixFrom(ip, bits).Masked().String()
}

// maxShownName is how much of a name that others have typed a letter holds, in characters: it is no place for advertising.
const maxShownName = 60

// ShownName is a name as a letter to somebody else may hold it: letters, marks on them, spaces, hyphens, apostrophes, and a
// few digits, so that no program of mail makes a link of it, be it to a page, to an address or to a number. It may be empty.
func ShownName(name string) string {
	digits := 0
	for _, r := range name {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	marks := 0
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r):
			if marks++; marks > 2 {
				return -1
			}
			return r
		case unicode.IsLetter(r):
			marks = 0
			return r
		case unicode.IsDigit(r) && digits <= 4, r == '-', r == '\'', r == '’':
			return r
		}
		return ' '
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	if utf8.RuneCountInString(name) > maxShownName {
		name = strings.TrimSpace(string([]rune(name)[:maxShownName-1])) + "…"
	}
	return name
}
