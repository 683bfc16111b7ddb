package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// ErrGone means that the database file, or a file that SQLite keeps next to it, is not the one that was opened: it was
// deleted, moved or replaced. Anything written now would be lost.
var ErrGone = errors.New("the database is gone")

// ErrLinked means that the file has several names. Processes that open it under different names would use separate
// write-ahead logs, and would not see each other's writes.
var ErrLinked = errors.New("the database has another name (a hard link), and processes that open it by different names destroy it. " +
	"Stop all of them and delete the other name, or give this one a file of its own: cp FILE FILE.own && mv FILE.own FILE")

// sidecars are the files that SQLite keeps next to the database while it is open.
var sidecars = []string{"-wal", "-shm"}

// file is the database file as found when the store was opened. It stays open until SQLite has closed it: closing any
// descriptor of a file releases all POSIX locks that the process has on it, including those of SQLite (SQLite, "How To
// Corrupt An SQLite Database File", section 2.2). Nothing else in the program may open it for the same reason.
type file struct {
	path string // without symbolic links, so that the files next to it are the same whatever path leads there
	held *os.File
	was  map[string]os.FileInfo // by suffix
	shut atomic.Bool            // by us: SQLite then removes its sidecars
}

// openFile creates a missing file before SQLite would, because it holds keys and addresses and must be private.
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

// opened records the sidecars, which exist by now and stay until SQLite closes its last connection.
func (f *file) opened() {
	for _, suffix := range sidecars {
		if found, err := os.Stat(f.path + suffix); err == nil {
			f.was[suffix] = found
		}
	}
}

// check returns ErrGone unless the files are those that were opened. An inode is not reused while it is held open, so
// device and inode are enough to tell.
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

// Path is the file's path, without symbolic links.
func (s *Store) Path() string { return s.file.path }

// Made reports whether Open created the database: there was no file, or an empty one.
func (s *Store) Made() bool { return s.made }

// Look checks whether the database is still there. ErrGone says what happened to it.
func (s *Store) Look() error {
	err := s.file.check()
	if err == nil {
		s.gone.Store(nil)
	} else {
		s.gone.Store(&err)
	}
	return err
}

// present is a cheap Look for each transaction: it checks the file and its write-ahead log. SQLite can rebuild the
// index from these, so the watch checks that one.
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

// Gone is the result of the last Look. It costs nothing, and every transaction checks it.
func (s *Store) Gone() error {
	if err := s.gone.Load(); err != nil {
		return *err
	}
	return nil
}

// LockSender claims the right to send from this file, whatever path other processes opened it by. It is false while
// another process has it. On systems without such locks it is always true, and the lock file of package jobs has to do.
func (s *Store) LockSender() (ok bool, err error) { return s.file.lock() }

// UnlockSender releases the right to send. The system does so too when the process ends.
func (s *Store) UnlockSender() error { return s.file.unlock() }
