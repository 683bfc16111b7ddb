package store

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestRetryPlan(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.write.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+retryRows, 0, 1, "failed", 0, deliveryChunk)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := collect(rows, func(row scanner) (text string, err error) {
		var id, parent, unused int
		return text, row.Scan(&id, &parent, &unused, &text)
	})
	if err != nil {
		t.Fatal(err)
	}
	plan := strings.Join(steps, "; ")
	if !strings.Contains(plan, "USING INDEX deliveries_retry (run_id=? AND rowid>?)") &&
		!strings.Contains(plan, "USING INDEX deliveries_retry (run_id=? AND id>?)") {
		t.Errorf("the letters of a run are found otherwise: %s", plan)
	}
	if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("more is read than what is changed: %s", plan)
	}
}
