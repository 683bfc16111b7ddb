package jobs

import (
	"context"
	"sync"

	"postrider/domain"
	"postrider/store"
)

// refusalStreaks keeps the refusal streak of each run.
type refusalStreaks struct {
	mu   sync.Mutex
	runs map[int64]domain.RefusalStreak
}

// after adds a result and says why the run should be paused, or returns the zero Text if it should not.
func (t *refusalStreaks) after(runID int64, res domain.Result) domain.Text {
	t.mu.Lock()
	defer t.mu.Unlock()
	next, why := t.runs[runID].After(res)
	if next == (domain.RefusalStreak{}) {
		delete(t.runs, runID)
		return why
	}
	if t.runs == nil {
		t.runs = map[int64]domain.RefusalStreak{}
	}
	t.runs[runID] = next
	return why
}

// countRefusal pauses the mailing when its run's refusal streak shows a fault of the sender, before it ruins the list.
func (s *Sender) countRefusal(ctx context.Context, job store.Claimed, res domain.Result) {
	why := s.streaks.after(job.RunID, res)
	if why.Key == "" {
		return
	}
	s.Log.Warn("a mailing is paused", "run", job.RunID, "stage", res.Stage, "code", res.Reply.Code, "enhanced", res.Reply.Enhanced)
	if err := s.Store.PauseRun(context.WithoutCancel(ctx), job.RunID, why, s.Now()); err != nil {
		s.logOnce("pausing a mailing", err)
	}
}
