package domain

import "time"

// Limits of requests: what one person, one team or one network may ask of the service at once, and for how long.
const (
	MaxSearch = 200  // characters of a search text, and of any other value in an address
	MaxCursor = 2000 // characters of what says where a list goes on, or where a sign-in leads to

	RequestsPerUser = 1  // that are worked on at once
	RequestsPerTeam = 2  // of all its members
	RequestsWaiting = 20 // of a user, until one of those before is done

	PageTime = 5 * time.Second // from the request to the page, with the wait for a place
	FormTime = time.Minute     // the same for a form, with the time it takes to come
	SendTime = 2 * time.Minute // until an answer must have been taken, from the end of the request's header
	ReadyFor = time.Second     // for which one look at the database answers all probes
	LookTime = 2 * time.Second // that such a look may take

	MaxConnections        = 2000
	ConnectionsPerNetwork = 100 // an address of IPv4, or a /64 of IPv6
)
