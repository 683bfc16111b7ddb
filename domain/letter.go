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
	UTF8     bool   // at least one address needs SMTPUTF8 (RFC 6531)
	Source   []byte // header and body with CRLF line endings; dots are not stuffed
}

// SystemLetter is a letter written by the service itself: a row of the outbox.
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
	Date      time.Time // of the first try
	ExpiresAt time.Time
	CreatedAt time.Time
}

// Limits on system letters that other people can cause, so that nobody can use us to flood a mailbox or ruin the
// relay's reputation. They count the time just past, not calendar days. Letters to confirmed accounts are counted
// separately, so that strangers cannot use up their share.
const (
	MailboxLettersAnHour = 1
	MailboxLettersADay   = 3   // however the address is spelled
	NetworkLettersADay   = 30  // requested from a /24 of IPv4 or a /48 of IPv6
	DomainLettersADay    = 60  // to the mailboxes of one organization's domains
	StrangerLettersADay  = 300 // per installation, to people without a confirmed account
	AccountLettersADay   = 300 // per installation, to people with one
)

// OwnLettersADay is how many of a mailbox's daily letters can be requested from a network where nobody has signed in to
// its account. The last one is reserved for the owner.
const OwnLettersADay = MailboxLettersADay - 1

// otherNames maps domains to the domain they are counted as, where a provider delivers both to the same mailboxes.
var otherNames = map[string]string{
	"googlemail.com": "gmail.com",
	"ya.ru":          "yandex.ru", "yandex.com": "yandex.ru", "yandex.by": "yandex.ru", "yandex.kz": "yandex.ru", "yandex.ua": "yandex.ru",
	"pm.me": "proton.me", "protonmail.com": "proton.me", "protonmail.ch": "proton.me",
	"me.com": "icloud.com", "mac.com": "icloud.com",
}

// Mailbox is what letters are counted by: one name for all spellings that some provider delivers to one mailbox. It is
// not an address, and does not say whether two addresses share an account.
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

// LetterNetwork is the network that letters are counted by: the /24 of an IPv4 address, the /48 of an IPv6 address or
// network, which is what a customer gets (RFC 6177). Anything else is returned unchanged.
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

// maxShownName limits, in characters, how much of a name typed by others an email quotes, so that it cannot be used for
// advertising.
const maxShownName = 60

// ShownName is a name as an email to someone else may quote it: letters with their marks, spaces, hyphens, apostrophes
// and a few digits, so that no mail program turns it into a link to a page, an address or a phone number. It may be
// empty.
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
