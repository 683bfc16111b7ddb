package domain

import "time"

// A browser that has signed in to an account is known there for DeviceValid after the last time. An account has at most
// MaxDevices: the one that has not been used for longest is forgotten first.
const (
	DeviceValid = 180 * 24 * time.Hour
	MaxDevices  = 20
)

// NetworkTries is how many wrong sign-ins of strangers from one /48 of IPv6 are free before waiting begins.
const NetworkTries = 200
