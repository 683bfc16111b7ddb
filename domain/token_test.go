package domain

import (
	"testing"
	"time"
)

func TestTokenKinds(t *testing.T) {
	for kind, want := range map[TokenKind]time.Duration{TokenVerify: 24 * time.Hour, TokenReset: 30 * time.Minute, TokenEmail: 24 * time.Hour} {
		if kind.Valid() != want {
			t.Errorf("%s is valid for %s", kind, kind.Valid())
		}
	}
}
