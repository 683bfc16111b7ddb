//go:build !crash

// Package crash owns the points at which the program can be made to die, to show that no letter is lost or doubled. Only
// a program that is built with the tag "crash" can; in any other one At does nothing.
package crash

// At does nothing.
func At(string) {}
