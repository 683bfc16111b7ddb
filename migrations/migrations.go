// Package migrations holds the schema as numbered, embedded goose files. A released file is never edited; a change is a
// new file.
package migrations

import "embed"

// Files holds the migrations.
//
//go:embed *.sql
var Files embed.FS
