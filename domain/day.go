package domain

import "time"

// Day is the first moment of the day of UTC that t is in; letters are counted by it.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// NextDay is the first moment of the day of UTC after that of t.
func NextDay(t time.Time) time.Time { return Day(t).Add(24 * time.Hour) }
