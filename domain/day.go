package domain

import "time"

// Day is the start of the UTC day of t. Daily limits count by it.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// NextDay is the start of the UTC day after that of t.
func NextDay(t time.Time) time.Time { return Day(t).Add(24 * time.Hour) }
