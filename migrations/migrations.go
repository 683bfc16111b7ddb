// Package migrations owns the schema: numbered goose files, embedded. A file that has been released is never edited;
// a change is a new file.
package migrations

import "embed"

// Files holds the migrations.
//
//go:embed *.sql
var Files embed.FS
