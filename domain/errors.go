// Package domain owns Postrider's words and their rules: who may do what, when a mailing is due, what an
// address or a message may look like, and what follows from a relay's answer. It does no I/O.
package domain

import (
	"errors"
	"sort"
	"strings"
	"time"
)

// Errors that carry a meaning for the person who asked. Everything else is our fault.
var (
	// ErrNotFound is for what does not exist and for what the asker may not know to exist.
	ErrNotFound = errors.New("not found")
	// ErrForbidden is for what the asker may see but not do.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict says that somebody saved a newer version meanwhile.
	ErrConflict = errors.New("changed meanwhile")
)

// Invalid says what is wrong with input: the form field and why. The field "" stands for the form as a whole.
type Invalid map[string]Text

// Error lists every mistake, in the order of the field names.
func (e Invalid) Error() string {
	parts := make([]string, 0, len(e))
	for field, why := range e {
		parts = append(parts, strings.TrimPrefix(field+": "+why.String(), ": "))
	}
	sort.Strings(parts)
	return "invalid: " + strings.Join(parts, "; ")
}

// Add records a mistake; the first one of a field stays.
func (e Invalid) Add(field, key string, args ...any) {
	if _, ok := e[field]; !ok {
		e[field] = Say(key, args...)
	}
}

// note records what is wrong with a field, unless why is the zero Text; the first mistake of a field stays.
func (e Invalid) note(field string, why Text) {
	if why.Key != "" {
		e.Add(field, why.Key, why.Args...)
	}
}

// Or returns e as an error, or nil when there is no mistake.
func (e Invalid) Or() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// Overtaken says that what somebody saw when they asked for something has changed since, in words for them. Nothing was
// done: it may have been done already.
type Overtaken struct{ Why Text }

// Error is the reason in English.
func (e Overtaken) Error() string { return e.Why.String() }

// Refused says why something that is allowed in general cannot be done now, in words for the person who asked.
type Refused struct{ Why Text }

// Error is the reason in English.
func (e Refused) Error() string { return e.Why.String() }

// TooMany says that somebody tried too often, and when to try again. Why says of what there was too much, where "attempts"
// is not the word.
type TooMany struct {
	RetryAfter time.Duration
	Why        Text
}

// Error is the reason in English.
func (e TooMany) Error() string { return "too many attempts, wait " + e.RetryAfter.String() }
