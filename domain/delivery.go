package domain

import "time"

// Recipient is what a letter may contain about the person it goes to. A run keeps it as it was when the run began.
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
	DeliveryUnknown   DeliveryState = "unknown" // handed over, but no readable answer came; not tried again
)

// Final reports whether the delivery has reached its end and is not tried again.
func (s DeliveryState) Final() bool { return s != DeliveryWaiting && s != DeliveryClaimed }

// Delivery is one recipient of one run.
type Delivery struct {
	ID        int64
	RunID     int64
	ClientID  int64 // 0 when the client has been deleted since
	Recipient Recipient
	State     DeliveryState
	Tries     int       // attempts that counted
	Uncertain int       // attempts with an unknown outcome
	NextAt    time.Time // earliest time of the next try
	Date      time.Time // of the first try; every copy carries it as its Date
}

// ClientLetter is a delivery as its client's page shows it.
type ClientLetter struct {
	MailingID int64
	Mailing   string // name of the mailing
	StartedAt time.Time
	State     DeliveryState
}
