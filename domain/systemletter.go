package domain

import "time"

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

// CaughtLetter is a letter that the built-in mailbox has kept instead of passing it on.
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

// RelayState is what the pages say of the relay.
type RelayState struct {
	Down   bool
	Since  time.Time
	NextAt time.Time // of the next try; zero when that comes with the next letter
	Cause  Cause     // of the last failure, a single one too; zero when the last letter went through

	SpentUntil time.Time // the letters of the day are used up until then; zero when they are not
}
