//go:build !linux

package store

// Only Linux has open file description locks, which are independent of SQLite's.
func (f *file) lock() (bool, error) { return true, nil }

func (f *file) unlock() error { return nil }
