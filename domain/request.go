package domain

import "time"

// Limits of requests: what one person, team or network may ask of the service at the same time, and for how long.
const (
	MaxSearch = 200  // characters of a search text, and of any other query value
	MaxCursor = 2000 // characters of a list cursor, or of the page to open after signing in

	RequestsPerUser = 1  // handled at the same time
	RequestsPerTeam = 2  // of all members together
	RequestsWaiting = 20 // of a user, waiting for an earlier one to finish

	PageTime = 5 * time.Second // from the request to the page, including the wait for a slot
	FormTime = time.Minute     // the same for a form, including its upload
	SendTime = 2 * time.Minute // for the client to receive the answer, from the end of the request's header
	ReadyFor = time.Second     // one database check answers all probes for this long
	LookTime = 2 * time.Second // for that check

	MaxConnections        = 2000
	ConnectionsPerNetwork = 100 // per IPv4 address or IPv6 /64
)
