package domain

import "time"

// CaughtLetter is a letter that the built-in mailbox kept instead of passing it on.
type CaughtLetter struct {
	ID         int64
	ReceivedAt time.Time
	From, To   string // envelope
	Subject    string
	FromHeader string
	ToHeader   string
	Text, HTML string
	Source     []byte // as it arrived
}
