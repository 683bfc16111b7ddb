// Package domain holds Postrider's terms and their rules: who may do what, when a mailing is due, what a valid address
// or message is, and what follows from a relay's answer. It does no I/O.
package domain

import (
	"errors"
	"sort"
	"strings"
	"time"
)

// Errors that mean something to the person who asked. All others are internal errors.
var (
	// ErrNotFound means that something does not exist, or that the asker must not learn that it does.
	ErrNotFound = errors.New("not found")
	// ErrForbidden means that the asker may see something but not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict means that someone else has saved a newer version.
	ErrConflict = errors.New("changed meanwhile")
)

// Invalid says which form fields are wrong and why. The field "" is the form as a whole.
type Invalid map[string]Text

// Error lists every mistake, ordered by field name.
func (e Invalid) Error() string {
	parts := make([]string, 0, len(e))
	for field, why := range e {
		parts = append(parts, strings.TrimPrefix(field+": "+why.String(), ": "))
	}
	sort.Strings(parts)
	return "invalid: " + strings.Join(parts, "; ")
}

// Add records a mistake. The first mistake in a field is kept.
func (e Invalid) Add(field, key string, args ...any) {
	if _, ok := e[field]; !ok {
		e[field] = Say(key, args...)
	}
}

// note records why a field is wrong, unless why is the zero Text. The first mistake in a field is kept.
func (e Invalid) note(field string, why Text) {
	if why.Key != "" {
		e.Add(field, why.Key, why.Args...)
	}
}

// Or returns e as an error, or nil when there are no mistakes.
func (e Invalid) Or() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Overtaken says, in words for the person who asked, that what they saw has changed since. Nothing was done, because
// someone may have done it first.
type Overtaken struct{ Why Text }

// Error is the reason in English.
func (e Overtaken) Error() string { return e.Why.String() }

// Refused says, in words for the person who asked, why something that is usually allowed is not possible now.
type Refused struct{ Why Text }

// Error is the reason in English.
func (e Refused) Error() string { return e.Why.String() }

// TooMany says that someone tried too often, and when to try again. Why replaces "attempts" where there was too much of
// something else.
type TooMany struct {
	RetryAfter time.Duration
	Why        Text
}

// Error is the reason in English.
func (e TooMany) Error() string { return "too many attempts, wait " + e.RetryAfter.String() }
