package jobs

import (
	"context"
	"strings"
	"sync"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/store"
)

// messages keeps the parsed message of each run, because parsing it costs much more than filling it in.
type messages struct {
	mu   sync.Mutex
	runs map[int64]message
}

type message struct {
	key      string // of the run
	template *letter.Template
}

// maxMessages bounds the parsed messages in memory; parsing one again is no mistake, only slower.
const maxMessages = 64

// message returns the parsed message of a run.
func (s *Sender) message(ctx context.Context, runID int64) (message, error) {
	s.messages.mu.Lock()
	defer s.messages.mu.Unlock()
	if m, ok := s.messages.runs[runID]; ok {
		return m, nil
	}
	r, err := s.Store.Run(ctx, runID)
	if err != nil {
		return message{}, err
	}
	t, err := letter.Parse(letter.Mailing, r.Sender, r.Subject, r.Body)
	if err != nil {
		return message{}, uncomposable{err}
	}
	if len(s.messages.runs) >= maxMessages || s.messages.runs == nil {
		s.messages.runs = map[int64]message{}
	}
	m := message{key: r.Key, template: t}
	s.messages.runs[runID] = m
	return m, nil
}

// uncomposable is an error of the letter itself: trying again will not help.
type uncomposable struct{ error }

// compose makes the letter of a delivery from the frozen message of its run.
func (s *Sender) compose(ctx context.Context, c store.Claimed) (letter.Letter, error) {
	m, err := s.message(ctx, c.RunID)
	if err != nil {
		return letter.Letter{}, err
	}
	l, err := m.template.Compose(c.Recipient, letter.MessageID(m.key, c.ID, s.host), c.Date)
	if err != nil {
		return l, uncomposable{err}
	}
	return l, nil
}

// composeSystem makes a letter of the service's own.
func (s *Sender) composeSystem(sl domain.SystemLetter) (letter.Letter, error) {
	t, err := letter.Parse(letter.System, s.From, sl.Subject, sl.Body)
	if err != nil {
		return letter.Letter{}, err
	}
	return t.Compose(sl.To, letter.MessageID(sl.Key, sl.ID, s.host), sl.Date)
}

// cannotCompose is the attempt that ended before it began.
func cannotCompose(err error) domain.Result {
	return domain.Result{Stage: domain.StageCompose, Outcome: domain.OutcomePermanent, Scope: domain.ScopeContent,
		Reply: domain.Reply{Text: err.Error()}}
}

// hostOf is what stands after the @.
func hostOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
