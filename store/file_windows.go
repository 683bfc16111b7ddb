package store

import "os"

// namesOf is how many hard links a file has. Windows does not report it here.
func namesOf(os.FileInfo) uint64 { return 1 }
