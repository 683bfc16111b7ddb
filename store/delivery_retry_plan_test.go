package store

import (
	"strings"
	"testing"
)

func TestRetryPlan(t *testing.T) {
	plan := planOf(t, opened(t), retryRows, 0, 1, "failed", 0, deliveryChunk)
	if !strings.Contains(plan, "USING INDEX deliveries_retry (run_id=? AND rowid>?)") &&
		!strings.Contains(plan, "USING INDEX deliveries_retry (run_id=? AND id>?)") {
		t.Errorf("the letters of a run are found otherwise: %s", plan)
	}
	if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("more is read than what is changed: %s", plan)
	}
}
