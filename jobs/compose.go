package jobs

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/store"
)

// messages caches the parsed message of each run, because parsing costs much more than filling in a recipient. The lock
// is held only for lookups. Each message is parsed once, however many workers need it, without blocking those of other
// runs.
type messages struct {
	mu      sync.Mutex
	runs    map[int64]message
	parsing singleflight.Group
	parse   func(ctx context.Context, kind letter.Kind, sender, subject, body string) (*letter.Template, error)
}

type message struct {
	key      string // of the run
	template *letter.Template
	bad      error // why no letter can be composed from it
}

// maxMessages limits the parsed messages in memory. Parsing one again is only slower.
const maxMessages = 64

// message returns the parsed message of a run.
func (s *Sender) message(ctx context.Context, runID int64) (message, error) {
	if m, ok := s.messages.get(runID); ok {
		return m, nil
	}
	m, err, _ := s.messages.parsing.Do(strconv.FormatInt(runID, 10), func() (any, error) { return s.parse(ctx, runID) })
	if err != nil {
		return message{}, err
	}
	return m.(message), nil
}

// parse parses the stored message of a run and caches the result. It caches failures too, so that a large run does not
// try for each letter.
func (s *Sender) parse(ctx context.Context, runID int64) (message, error) {
	if m, ok := s.messages.get(runID); ok { // parsed since the lookup
		return m, nil
	}
	r, err := s.Store.Run(ctx, runID)
	if err != nil {
		return message{}, err
	}
	m := message{key: r.Key}
	m.template, err = s.messages.parse(ctx, letter.Mailing, r.Sender, r.Subject, r.Body)
	var wrong domain.Invalid
	if err != nil && !errors.As(err, &wrong) {
		return message{}, err
	}
	for _, field := range slices.Sorted(maps.Keys(wrong)) {
		m.bad = errors.Join(m.bad, errors.New(wrong[field].String()))
	}
	s.messages.put(runID, m)
	return m, nil
}

func (ms *messages) get(runID int64) (message, bool) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m, ok := ms.runs[runID]
	return m, ok
}

func (ms *messages) put(runID int64, m message) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if len(ms.runs) >= maxMessages || ms.runs == nil {
		ms.runs = map[int64]message{}
	}
	ms.runs[runID] = m
}

// uncomposable is an error in the letter itself: retrying does not help.
type uncomposable struct{ error }

// compose builds the letter of a delivery from the stored message of its run.
func (s *Sender) compose(ctx context.Context, c store.Claimed) (domain.Letter, error) {
	m, err := s.message(ctx, c.RunID)
	if err != nil {
		return domain.Letter{}, err
	}
	if m.bad != nil {
		return domain.Letter{}, uncomposable{m.bad}
	}
	l, err := m.template.Compose(c.Recipient, letter.MessageID(m.key, c.ID, s.host), c.Date)
	if err != nil {
		return l, uncomposable{err}
	}
	return l, nil
}

// composeSystem builds a system letter.
func (s *Sender) composeSystem(sl domain.SystemLetter) (domain.Letter, error) {
	t, err := letter.Parse(context.Background(), letter.System, s.From, sl.Subject, sl.Body)
	if err != nil {
		return domain.Letter{}, err
	}
	return t.Compose(sl.To, letter.MessageID(sl.Key, sl.ID, s.host), sl.Date)
}

// cannotCompose is the result of an attempt that failed before it began.
func cannotCompose(err error) domain.Result {
	return domain.Result{Stage: domain.StageCompose, Outcome: domain.OutcomePermanent, Scope: domain.ScopeContent,
		Reply: domain.Reply{Text: err.Error()}}
}

// hostOf is the part after the @.
func hostOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
