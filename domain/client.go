package domain

import (
	"strings"
	"time"
)

// Client is a person who receives mailings. A team has each address once.
type Client struct {
	ID        int64
	TeamID    int64
	Email     string // as typed
	FullName  string
	Comment   string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time

	UndeliverableAt  time.Time // zero while the address can be written to
	UndeliverableWhy string    // the words of the relay
}

// Undeliverable reports whether a relay has said that the address takes no mail. No run includes such a client.
func (c Client) Undeliverable() bool { return !c.UndeliverableAt.IsZero() }

// ClientStatus narrows a list of clients; "" is all of them.
type ClientStatus string

// The statuses of clients.
const (
	ClientActive        ClientStatus = "active"
	ClientUndeliverable ClientStatus = "undeliverable"
)

// Check returns the address, or Invalid when the client cannot be kept.
func (c Client) Check() (Address, error) {
	wrong := Invalid{}
	address, why := parseAddress(c.Email)
	wrong.note("email", why)
	checkName(wrong, "full_name", c.FullName, MaxName)
	if len([]rune(c.Comment)) > MaxComment {
		wrong.Add("comment", "At most %d characters.", MaxComment)
	}
	return address, wrong.Or()
}

// FirstName is the first word of a full name. A name written "Family, Given" gives the given one.
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

// ErrTaken is what a store says of a client whose address the team has already.
func ErrTaken() error { return Invalid{"email": taken()} }

func taken() Text { return Say("There is a client with this address already.") }
