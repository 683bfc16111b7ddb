package jobs

import (
	"context"
	"sync"

	"postrider/domain"
	"postrider/store"
)

// refusalStreaks counts, for each run, the refusals in a row that blame the sender or the letter.
type refusalStreaks struct {
	mu   sync.Mutex
	runs map[int64]domain.RefusalStreak
}

// after books a result and says why the run should be paused; the zero Text when it should not.
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

// countRefusal pauses the mailing when a streak of refusals of its run is the sender's fault, before the list is burnt for it.
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
