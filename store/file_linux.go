package store

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"
)

// senderByte is the byte of the file that the sender locks. SQLite locks bytes around 1 GiB and none beyond (SQLite,
// "File Locking And Concurrency"). A byte need not exist to be locked.
const senderByte = 1 << 62

func (f *file) lock() (bool, error) {
	switch err := f.setLock(unix.F_WRLCK); {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EACCES):
		return false, nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOLCK), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOSYS):
		return true, nil // a file system without such locks
	default:
		return false, err
	}
}

func (f *file) unlock() error {
	if err := f.setLock(unix.F_UNLCK); !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOTSUP) && !errors.Is(err, unix.ENOSYS) {
		return err
	}
	return nil
}

// setLock changes an open file description lock. It belongs to the open file, not to the process, so it neither
// conflicts with SQLite's POSIX locks nor is released along with them.
func (f *file) setLock(kind int16) error {
	conn, err := f.held.SyscallConn()
	if err != nil {
		return err
	}
	var locking error
	err = conn.Control(func(fd uintptr) {
		locking = unix.FcntlFlock(fd, unix.F_OFD_SETLK, &unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: senderByte, Len: 1})
	})
	return errors.Join(err, locking)
}
