package store

import (
	"context"
	"encoding/binary"
	"slices"
	"time"
)

// wipeChunk is how many pages one transaction wipes, so that other writers get their turn.
const wipeChunk = 256

// maxWiped is the page count above which the first byte of a page no longer shows what it contains: 64 GB.
const maxWiped = 1 << 24

// closingWipe is how long Close may spend on wiping. The rest is done after the next start.
const closingWipe = 5 * time.Second

// WipeResidue overwrites what the file still contains of rows deleted since its last call, and reports whether there
// were any. With secure_delete, SQLite overwrites the rows themselves. But when it moves rows between pages, an old
// copy stays in the gap between a page's row list and its rows (in tests, about 2 of 100 did), and pages freed before
// secure_delete was on still have all their content. It can be interrupted at any point and started again.
func (s *Store) WipeResidue(ctx context.Context) (done bool, err error) {
	var changes, wiped int64
	err = s.read.row(ctx, `SELECT changes, wiped FROM residue`).Scan(&changes, &wiped)
	if err != nil || changes == wiped {
		return false, mapError(err)
	}
	if err := s.wipeFile(ctx); err != nil {
		return false, mapError(err)
	}
	return true, s.tx(ctx, func(tx transaction) error {
		_, err := tx.exec(ctx, `UPDATE residue SET wiped = $1`, changes)
		return err
	})
}

func (s *Store) wipeFile(ctx context.Context) error {
	var pages int64
	if err := s.read.row(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		return err
	}
	for first := int64(1); first <= pages && pages < maxWiped; first += wipeChunk {
		if err := s.wipePages(ctx, first, min(first+wipeChunk-1, pages)); err != nil {
			return err
		}
	}
	return s.wipeFree(ctx)
}

// wipePages wipes the unused space of some pages of the file. It only blocks the writer if there is something to wipe.
func (s *Store) wipePages(ctx context.Context, first, last int64) error {
	var dirty []int64
	for n := first; n <= last; n++ {
		data, err := page(ctx, s.read, n)
		if err != nil {
			return err
		}
		if wipeUnused(data, n == 1) {
			dirty = append(dirty, n)
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	return s.tx(ctx, func(tx transaction) error {
		for _, n := range dirty {
			data, err := page(ctx, tx, n) // its content may have changed
			if err == nil && wipeUnused(data, n == 1) {
				err = putPage(ctx, tx, n, data)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// wipeFree wipes the free pages.
func (s *Store) wipeFree(ctx context.Context) error {
	_, free, err := freePages(ctx, s.read)
	if err != nil {
		return err
	}
	var dirty []int64
	for n := range free {
		data, err := page(ctx, s.read, n)
		if err != nil {
			return err
		}
		if wipe(data) {
			dirty = append(dirty, n)
		}
	}
	for chunk := range slices.Chunk(dirty, wipeChunk) {
		if err := s.tx(ctx, func(tx transaction) error { return wipeStillFree(ctx, tx, chunk) }); err != nil {
			return err
		}
	}
	if len(free) == 0 {
		return nil
	}
	return s.tx(ctx, func(tx transaction) error { return wipeTrunks(ctx, tx) })
}

// wipeStillFree wipes those of the pages that have not been used since.
func wipeStillFree(ctx context.Context, tx transaction, pages []int64) error {
	_, free, err := freePages(ctx, tx)
	if err != nil {
		return err
	}
	for _, n := range pages {
		if !free[n] {
			continue
		}
		data, err := page(ctx, tx, n)
		if err == nil && wipe(data) {
			err = putPage(ctx, tx, n, data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wipeTrunks wipes the space behind the lists of free pages.
func wipeTrunks(ctx context.Context, tx transaction) error {
	trunks, _, err := freePages(ctx, tx)
	if err != nil {
		return err
	}
	for _, n := range trunks {
		data, err := page(ctx, tx, n)
		if err != nil {
			return err
		}
		end := 8 + 4*int(binary.BigEndian.Uint32(data[4:]))
		if end <= len(data) && wipe(data[end:]) {
			if err := putPage(ctx, tx, n, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// freePages are the pages that list free pages, and the free pages they list (SQLite, "Database File Format", section
// 1.5).
func freePages(ctx context.Context, q reader) (trunks []int64, free map[int64]bool, err error) {
	free = map[int64]bool{}
	data, err := page(ctx, q, 1)
	if err != nil {
		return nil, nil, err
	}
	for n := binary.BigEndian.Uint32(data[32:]); n != 0; {
		trunks = append(trunks, int64(n))
		if data, err = page(ctx, q, int64(n)); err != nil {
			return nil, nil, err
		}
		for i := range min(binary.BigEndian.Uint32(data[4:]), uint32(len(data))/4-2) {
			free[int64(binary.BigEndian.Uint32(data[8+4*i:]))] = true
		}
		n = binary.BigEndian.Uint32(data)
	}
	return trunks, free, nil
}

// page reads a page of the file as stored, without the last bytes if SQLite reserves them.
func page(ctx context.Context, q reader, n int64) (data []byte, err error) {
	err = q.row(ctx, `SELECT data FROM sqlite_dbpage WHERE pgno = $1`, n).Scan(&data)
	return data, err
}

// putPage writes a page back, within the transaction.
func putPage(ctx context.Context, tx transaction, n int64, data []byte) error {
	_, err := tx.exec(ctx, `UPDATE sqlite_dbpage SET data = $1 WHERE pgno = $2`, data, n)
	return err
}

// wipeUnused wipes the space of a table or index page that belongs to no row: between the row list and the rows, and in
// freed blocks among them (SQLite, "Database File Format", section 1.6). It reports whether it changed anything. Pages
// of other kinds, or with unexpected content, are left as they are.
func wipeUnused(data []byte, first bool) (wiped bool) {
	at, length := 0, 8
	if first {
		at = 100 // after the file header
	}
	switch data[at] {
	case 2, 5:
		length = 12 // an interior page
	case 10, 13:
	default:
		return false
	}
	number := func(i int) int { return int(binary.BigEndian.Uint16(data[i:])) }
	begin, end := at+length+2*number(at+3), number(at+5)
	if end == 0 {
		end = 1 << 16
	}
	if begin > end || end > len(data) {
		return false
	}
	var blocks [][]byte
	for block := number(at + 1); block != 0; {
		if block < end || block+4 > len(data) {
			return false
		}
		next, size := number(block), number(block+2)
		if size < 4 || block+size > len(data) || next != 0 && next < block+size {
			return false
		}
		blocks = append(blocks, data[block+4:block+size])
		block = next
	}
	wiped = wipe(data[begin:end])
	for _, block := range blocks {
		wiped = wipe(block) || wiped
	}
	return wiped
}

// wipe zeroes all bytes, and reports whether any was not zero.
func wipe(data []byte) (wiped bool) {
	for i, b := range data {
		if b != 0 {
			data[i], wiped = 0, true
		}
	}
	return wiped
}
