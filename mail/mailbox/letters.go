package mailbox

import (
	"slices"
	"sync"
	"time"

	"postrider/domain"
)

// How many of the newest letters are kept, and how many bytes of source in total.
const (
	maxKept  = 1000
	maxBytes = 64 << 20
)

// letters are the letters in memory, oldest first. They contain source and header; a body is parsed when someone looks
// at it.
type letters struct {
	mu    sync.Mutex
	kept  []domain.CaughtLetter
	last  int64 // ID of the newest
	bytes int
}

func (ls *letters) keep(from, to string, source []byte) {
	l := domain.CaughtLetter{ReceivedAt: time.Now(), From: from, To: to, Source: source}
	readHeader(&l)
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.last++
	l.ID = ls.last
	ls.kept = append(ls.kept, l)
	ls.bytes += len(source)
	drop := 0
	for len(ls.kept)-drop > maxKept || ls.bytes > maxBytes {
		ls.bytes -= len(ls.kept[drop].Source)
		drop++
	}
	ls.kept = slices.Delete(ls.kept, 0, drop)
}

// Letters lists the letters, newest first, without source and body.
func (b *Box) Letters() []domain.CaughtLetter {
	b.letters.mu.Lock()
	list := slices.Clone(b.letters.kept)
	b.letters.mu.Unlock()
	slices.Reverse(list)
	for i := range list {
		list[i].Source = nil
	}
	return list
}

// Letter is one letter with its source and its body. The error is domain.ErrNotFound when the letter is no longer kept.
func (b *Box) Letter(id int64) (domain.CaughtLetter, error) {
	b.letters.mu.Lock()
	i := slices.IndexFunc(b.letters.kept, func(l domain.CaughtLetter) bool { return l.ID == id })
	if i < 0 {
		b.letters.mu.Unlock()
		return domain.CaughtLetter{}, domain.ErrNotFound
	}
	l := b.letters.kept[i]
	b.letters.mu.Unlock()
	readBody(&l)
	return l, nil
}
