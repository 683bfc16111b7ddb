//go:build unix

package store

import (
	"os"
	"syscall"
)

// namesOf is how many hard links a file has.
func namesOf(f os.FileInfo) uint64 {
	if s, ok := f.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink)
	}
	return 1
}
