package domain

import (
	"strings"
	"time"
)

// Client is a person who receives mailings. An address occurs once per team.
type Client struct {
	ID        int64
	TeamID    int64
	Email     string // as typed
	FullName  string
	Comment   string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time

	UndeliverableAt  time.Time // zero while the address is deliverable
	UndeliverableWhy string    // the relay's words
}

// Undeliverable reports whether a relay has said that the address takes no mail. Runs skip such clients.
func (c Client) Undeliverable() bool { return !c.UndeliverableAt.IsZero() }

// ClientStatus filters a list of clients; "" matches all of them.
type ClientStatus string

// The statuses of clients.
const (
	ClientActive        ClientStatus = "active"
	ClientUndeliverable ClientStatus = "undeliverable"
)

// Check returns the address, or Invalid when the client cannot be saved.
func (c Client) Check() (Address, error) {
	wrong := Invalid{}
	address, why := parseAddress(c.Email)
	wrong.note("email", why)
	checkName(wrong, "full_name", c.FullName, MaxName)
	if len([]rune(c.Comment)) > MaxComment {
		wrong.Add("comment", "Use at most %d characters.", MaxComment)
	}
	return address, wrong.Or()
}

// FirstName is the first word of a full name, or of what follows the comma in "Family, Given".
func FirstName(full string) string {
	family, given, _ := strings.Cut(full, ",")
	words := strings.Fields(given)
	if len(words) == 0 {
		words = strings.Fields(family)
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// ErrTaken is the store's error for a client whose address the team already has.
func ErrTaken() error {
	return Invalid{"email": Say("A client with this address already exists.")}
}
