package domain

import "time"

// Recipient is what a letter may know of the person it goes to. It is frozen with the run.
type Recipient struct {
	Email string // envelope form; "" once the client is deleted and forgotten
	Name  string
}

// DeliveryState is the state of one recipient of a run.
type DeliveryState string

// The states of a delivery: waiting → claimed → one of the others, or back to waiting for a retry.
const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryClaimed   DeliveryState = "claimed"
	DeliverySent      DeliveryState = "sent"
	DeliveryFailed    DeliveryState = "failed"
	DeliveryExpired   DeliveryState = "expired"
	DeliveryCancelled DeliveryState = "cancelled"
	DeliveryUnknown   DeliveryState = "unknown" // handed over without an answer that could be read, and not tried again
)

// Final reports whether nothing more will happen to the delivery by itself.
func (s DeliveryState) Final() bool { return s != DeliveryWaiting && s != DeliveryClaimed }

// Delivery is one recipient of one run.
type Delivery struct {
	ID        int64
	RunID     int64
	ClientID  int64 // 0 when the client has been deleted since
	Recipient Recipient
	State     DeliveryState
	Tries     int       // attempts that counted
	Uncertain int       // attempts whose outcome could not be known
	NextAt    time.Time // when it may be tried next
	Date      time.Time // of its first try; the Date of every copy
}

// ClientLetter is a delivery as the page of its client shows it.
type ClientLetter struct {
	MailingID int64
	Mailing   string // its name
	StartedAt time.Time
	State     DeliveryState
}
