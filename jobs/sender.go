// Package jobs owns background work: it starts runs that are due, hands their letters to the relay, sends the
// service's own letters, and writes down what came of each.
//
// The order that keeps letters from being lost or doubled is: claim, commit, send, commit. A worker takes a claimed
// letter, has it marked as on the wire in the same commit that records its last one, sends it, and only then goes on.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"net/mail"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/mail/relay"
	"postrider/store"
)

// Config is what a Sender works with.
type Config struct {
	Store       *store.Store
	Dial        func(context.Context) (*relay.Conn, error)
	From        string        // of mailings and system letters, as in RFC 5322
	Connections int           // to the relay, at once
	Rate        int           // letters a second at most; 0 is no limit
	DailyCap    int           // letters of mailings a day (UTC) at most; 0 is no limit
	Every       time.Duration // how often due mailings are looked for
	ForgetAfter time.Duration // how long letters name a client that was deleted
	Now         func() time.Time
	Log         *slog.Logger
}

// Sender sends the letters of one database. Only one process may run one: see Lock.
type Sender struct {
	Config
	host      string // of Message-IDs
	wake      chan struct{}
	work      signal // something may have become due
	breaker   breaker
	pool      pool
	messages  messages
	streaks   refusalStreaks
	dailyCap  dailyCap
	limiter   *rate.Limiter // nil for no limit
	commits   chan commit
	questions chan question
	faults    faults
	epoch     int64
	stop      context.CancelCauseFunc // ends Run; for who finds out that it must
	stopped   <-chan struct{}         // of Run

	openConnections atomic.Int32
	wanted          atomic.Bool // a worker of the mailings is to give up its connection, for the lane of system letters
}

// New makes a Sender. It fails when From is no address.
func New(c Config) (*Sender, error) {
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, err
	}
	s := &Sender{
		Config: c,
		host:   hostOf(from.Address),
		wake:   make(chan struct{}, 1),
		work:   newSignal(),
		stop:   func(error) {},
	}
	s.messages.parse = letter.Parse
	s.breaker.init(c.Connections, c.Log)
	s.dailyCap.limit = c.DailyCap
	if c.Rate > 0 {
		s.limiter = rate.NewLimiter(rate.Limit(c.Rate), 1)
	}
	return s, nil
}

// Wake makes the sender look for work now instead of at its next tick. It never blocks.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Relay is the state of the relay, in words for the pages.
func (s *Sender) Relay() domain.RelayState {
	now := s.Now()
	state := s.breaker.state()
	if !state.NextAt.After(now) {
		state.NextAt = time.Time{}
	}
	state.SpentUntil = s.dailyCap.spentUntil(now)
	return state
}

// Run sends until ctx is done and what was begun has been written down. ErrReplaced says that another sender has taken over
// before that.
func (s *Sender) Run(ctx context.Context) error {
	ctx, s.stop = context.WithCancelCause(ctx)
	defer s.stop(nil)
	s.stopped = ctx.Done()
	if err := s.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before it began
		}
		return err
	}
	var recorder, workers sync.WaitGroup
	recorder.Go(func() { s.record(ctx) })
	recorder.Go(func() { s.answer(ctx) })
	for i := range s.Connections {
		workers.Go(func() { s.deliverAll(ctx, i) })
	}
	workers.Go(func() { s.sendSystemLetters(ctx) })
	s.tickUntil(ctx)
	workers.Wait()
	close(s.commits)
	close(s.questions)
	recorder.Wait()
	err := s.Store.Release(context.WithoutCancel(ctx), s.pool.drain())
	if errors.Is(context.Cause(ctx), store.ErrReplaced) {
		return store.ErrReplaced // whatever else is wrong
	}
	return err
}

// begin takes over from the last sender and learns what has gone out today.
func (s *Sender) begin(ctx context.Context) error {
	epoch, uncertain, err := s.Store.TakeOver(ctx, s.Now())
	if err != nil {
		return err
	}
	sent, err := s.Store.SentOn(ctx, domain.Day(s.Now()))
	if err != nil {
		return err
	}
	s.epoch = epoch
	s.commits, s.questions = make(chan commit, s.Connections), make(chan question, s.Connections)
	s.dailyCap.start(s.Now(), sent)
	if uncertain > 0 {
		s.Log.Warn("letters were on the wire when the last sender stopped; whether they arrived is unknown", "count", uncertain)
	}
	return nil
}

func (s *Sender) tickUntil(ctx context.Context) {
	ticker := time.NewTicker(s.Every)
	defer ticker.Stop()
	for ctx.Err() == nil {
		err := s.Store.CheckSender(ctx, s.epoch)
		if err == nil {
			err = s.Tick(ctx)
		}
		if ctx.Err() == nil {
			s.logOnce("looking at the schedule", err)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		case <-s.wake:
		}
	}
}

// faults remembers what the log was told last, so that a lasting fault is logged once and not at every tick.
type faults struct {
	mu   sync.Mutex
	last map[string]string
}

// logOnce logs that something could not be done, unless it failed the same way the last time. A nil error ends it. Where
// another sender has taken over, this one ends; Watch logs that the database is gone.
func (s *Sender) logOnce(doing string, err error) {
	if errors.Is(err, store.ErrReplaced) {
		s.stop(store.ErrReplaced)
		return
	}
	if errors.Is(err, store.ErrGone) {
		return
	}
	t := &s.faults
	t.mu.Lock()
	defer t.mu.Unlock()
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text != "" && text != t.last[doing] {
		s.Log.Error("trouble "+doing+"; trying again", "err", err)
	}
	if t.last == nil {
		t.last = map[string]string{}
	}
	t.last[doing] = text
}

// Tick does everything that is due now but the sending, a chunk of each run at a time, so that no large run keeps another
// one from starting or ending. It returns when nothing is left to do.
func (s *Sender) Tick(ctx context.Context) error {
	var err error
	for more := true; more && ctx.Err() == nil; {
		more, err = s.step(ctx, s.Now())
	}
	return errors.Join(err, ctx.Err())
}

// step ends runs whose time is over, starts those whose time has come, writes down some of their recipients, lets the workers
// know, closes some letters of runs that are over, deletes some of what teams kept that are gone, forgets some of the clients
// that were deleted long ago, and counts once an hour what strangers are shown. What fails keeps nothing else from being
// done.
func (s *Sender) step(ctx context.Context, now time.Time) (more bool, err error) {
	_, ending := s.Store.EndRuns(ctx, now)
	_, starting := s.Store.StartDue(ctx, s.From, now)
	building, snapshot := s.Store.SnapshotRecipients(ctx, now)
	s.pool.refill()
	s.work.broadcast() // sending begins with the first chunk
	over, closing := s.Store.CloseLeftovers(ctx)
	gone, deleting := s.Store.DeleteSome(ctx)
	orphans, forgetting := s.Store.Forget(ctx, now.Add(-s.ForgetAfter))
	counting := s.Store.ShowClients(ctx, now)
	return building || over || gone || orphans, errors.Join(ending, starting, snapshot, closing, deleting, forgetting, counting)
}
