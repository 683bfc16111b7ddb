package jobs

import (
	"context"
	"sync"

	"postrider/domain"
	"postrider/store"
)

// tallies counts, for each run, the refusals in a row that blame the sender or the letter.
type tallies struct {
	mu   sync.Mutex
	runs map[int64]domain.Tally
}

// after books a result and says why the run should be paused; the zero Text when it should not.
func (t *tallies) after(runID int64, res domain.Result) domain.Text {
	t.mu.Lock()
	defer t.mu.Unlock()
	next, why := t.runs[runID].After(res)
	if next == (domain.Tally{}) {
		delete(t.runs, runID)
		return why
	}
	if t.runs == nil {
		t.runs = map[int64]domain.Tally{}
	}
	t.runs[runID] = next
	return why
}

// blame pauses the mailing when the refusals of its run are the sender's fault, before the list is burnt for it.
func (s *Sender) blame(ctx context.Context, job store.Claimed, res domain.Result) {
	why := s.tallies.after(job.RunID, res)
	if why.Key == "" {
		return
	}
	s.Log.Warn("a mailing is paused", "run", job.RunID, "stage", res.Stage, "code", res.Reply.Code, "enhanced", res.Reply.Enhanced)
	if err := s.Store.PauseRun(context.WithoutCancel(ctx), job.RunID, why, s.Now()); err != nil {
		s.trouble("pausing a mailing", err)
	}
}
