package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// ErrGone says that the database file, or a file that SQLite keeps beside it, is not the one any more that was opened: it was
// deleted, moved or replaced. What would be written now would be lost.
var ErrGone = errors.New("the database is gone")

// ErrLinked says that the file has several names. Two processes that open it by different ones have a write-ahead log each,
// and do not see what the other writes.
var ErrLinked = errors.New("the database has another name (a hard link), and processes that open it by different names destroy it. " +
	"Stop all of them and delete the other name, or give this one a file of its own: cp FILE FILE.own && mv FILE.own FILE")

// sidecars are the files that SQLite keeps beside the database while it is open.
var sidecars = []string{"-wal", "-shm"}

// file is the database file itself, as it was found when the store was opened. It is held open until SQLite has closed it:
// closing any descriptor of a file gives up all POSIX locks that the process has on it, and with them those of SQLite (SQLite,
// "How To Corrupt An SQLite Database File", section 2.2). So nothing else in the program may open it.
type file struct {
	path string // without symbolic links, so that the files beside it are the same whatever path leads there
	held *os.File
	was  map[string]os.FileInfo // by suffix
	shut atomic.Bool            // by us: SQLite removes what it keeps beside it
}

// openFile makes the file where there is none, before SQLite would: it holds keys and addresses.
func openFile(path string) (*file, error) {
	held, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f := &file{held: held, was: map[string]os.FileInfo{}}
	if err := f.identify(path); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return f, nil
}

func (f *file) identify(path string) error {
	full, err := filepath.Abs(path)
	if err == nil {
		f.path, err = filepath.EvalSymlinks(full)
	}
	if err != nil {
		return err
	}
	if f.was[""], err = f.held.Stat(); err != nil {
		return err
	}
	for _, suffix := range append([]string{""}, sidecars...) {
		found, err := os.Lstat(f.path + suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			return err
		}
		if !found.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file", f.path+suffix)
		}
		if namesOf(found) > 1 {
			return fmt.Errorf("%s: %w", f.path+suffix, ErrLinked)
		}
	}
	return f.check()
}

// opened remembers the files beside it, which SQLite has made by now and keeps until it closes the last connection.
func (f *file) opened() {
	for _, suffix := range sidecars {
		if found, err := os.Stat(f.path + suffix); err == nil {
			f.was[suffix] = found
		}
	}
}

// check returns ErrGone unless the files are those that were opened. An inode is not used again as long as somebody holds it
// open, so device and inode tell.
func (f *file) check() error {
	if f.shut.Load() {
		return nil
	}
	for suffix, was := range f.was {
		switch now, err := os.Stat(f.path + suffix); {
		case errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("%w: %s was deleted or moved", ErrGone, f.path+suffix)
		case err != nil:
			return fmt.Errorf("%w: %w", ErrGone, err)
		case !os.SameFile(was, now):
			return fmt.Errorf("%w: %s was replaced by another file", ErrGone, f.path+suffix)
		}
	}
	return nil
}

// Path is where the file is, without symbolic links.
func (s *Store) Path() string { return s.file.path }

// Made reports whether Open has made the database: there was none, or an empty file.
func (s *Store) Made() bool { return s.made }

// Look finds out whether the database is still there. ErrGone says what has become of it.
func (s *Store) Look() error {
	err := s.file.check()
	if err == nil {
		s.gone.Store(nil)
	} else {
		s.gone.Store(&err)
	}
	return err
}

// present is Look where it must be cheap: it looks for the file and its write-ahead log. The index can be made anew from
// these, so that it is left to the watch.
func (s *Store) present() error {
	if s.Gone() == nil && s.file.same("") && s.file.same("-wal") {
		return nil
	}
	return s.Look()
}

func (f *file) same(suffix string) bool {
	now, err := os.Stat(f.path + suffix)
	return err == nil && os.SameFile(f.was[suffix], now)
}

// Gone is what Look has found out last: it costs nothing. Every transaction looks.
func (s *Store) Gone() error {
	if err := s.gone.Load(); err != nil {
		return *err
	}
	return nil
}

// LockSender takes the right to send from this file, by whatever path other processes reach it; false while one of them has
// it. Where the system has no such locks it is always true, and the lock file of the package jobs must do.
func (s *Store) LockSender() (ok bool, err error) { return s.file.lock() }

// UnlockSender gives it back. The system does so when the process ends.
func (s *Store) UnlockSender() error { return s.file.unlock() }
