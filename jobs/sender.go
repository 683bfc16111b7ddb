// Package jobs is the background work: it starts due runs, hands their letters to the relay, sends system letters, and
// records the outcome of each.
//
// Letters are neither lost nor doubled because of the order of steps: claim, commit, send, commit. A worker takes a
// claimed letter, has it marked as on the wire in the commit that records its previous one, and only then sends it.
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
	Connections int           // to the relay at the same time
	Rate        int           // letters per second; 0 means no limit
	DailyCap    int           // mailing letters per UTC day; 0 means no limit
	Every       time.Duration // how often to look for due mailings
	ForgetAfter time.Duration // how long letters keep naming a deleted client
	Now         func() time.Time
	Log         *slog.Logger
}

// Sender sends the letters of one database. Only one process may run one: see Lock.
type Sender struct {
	Config
	host      string // for Message-IDs
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
	stop      context.CancelCauseFunc // ends Run, for code that finds out that it must end
	stopped   <-chan struct{}         // of Run

	openConnections atomic.Int32
	wanted          atomic.Bool // a mailing worker should give up its connection for system letters
}

// New creates a Sender. It fails when From is not an address.
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
	default: // a wake-up is pending
	}
}

// Relay is the state of the relay, in words for pages.
func (s *Sender) Relay() domain.RelayState {
	now := s.Now()
	state := s.breaker.state()
	if !state.NextAt.After(now) {
		state.NextAt = time.Time{}
	}
	state.SpentUntil = s.dailyCap.spentUntil(now)
	return state
}

// Run sends until ctx is done and everything begun has been recorded. ErrReplaced means that another sender took over
// before that.
func (s *Sender) Run(ctx context.Context) error {
	ctx, s.stop = context.WithCancelCause(ctx)
	defer s.stop(nil)
	s.stopped = ctx.Done()
	if err := s.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // stopped before it began
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

// begin takes over from the last sender and reads how many letters have gone out today.
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

// faults remembers the last logged error of each kind, so that a lasting fault is logged once and not at every tick.
type faults struct {
	mu   sync.Mutex
	last map[string]string
}

// logOnce logs that something failed, unless it failed the same way last time. A nil error clears it. ErrReplaced ends
// this sender; Watch logs that the database is gone.
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

// Tick does everything that is due now except sending, a chunk of each run at a time, so that a large run does not keep
// others from starting or ending. It returns when nothing is left to do.
func (s *Sender) Tick(ctx context.Context) error {
	var err error
	for more := true; more && ctx.Err() == nil; {
		more, err = s.step(ctx, s.Now())
	}
	return errors.Join(err, ctx.Err())
}

// step ends runs whose time is over, starts due ones, copies some of their recipients, wakes the workers, closes some
// leftovers of finished runs, deletes some data of closed teams, anonymizes some letters to clients deleted long ago,
// and updates the shown number of clients. A failure in one does not keep the others from being done.
func (s *Sender) step(ctx context.Context, now time.Time) (more bool, err error) {
	_, ending := s.Store.EndRuns(ctx, now)
	_, starting := s.Store.StartDue(ctx, s.From, now)
	building, snapshot := s.Store.SnapshotRecipients(ctx, now)
	s.pool.refill()
	s.work.broadcast() // sending begins with the first chunk
	over, closing := s.Store.CloseLeftovers(ctx)
	teamData, deleting := s.Store.DeleteSome(ctx)
	orphans, forgetting := s.Store.Forget(ctx, now.Add(-s.ForgetAfter))
	counting := s.Store.ShowClients(ctx, now)
	return building || over || teamData || orphans, errors.Join(ending, starting, snapshot, closing, deleting, forgetting, counting)
}
