package domain

import "time"

// An account recognizes a browser for DeviceValid after its last sign-in there. An account has at most MaxDevices; the
// least recently used one is forgotten first.
const (
	DeviceValid = 180 * 24 * time.Hour
	MaxDevices  = 20
)

// NetworkTries is how many failed sign-ins of strangers a /48 of IPv6 gets before waits begin.
const NetworkTries = 200
