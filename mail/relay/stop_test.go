package relay_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"postrider/domain"
	"postrider/mail/mailtest"
)

func TestGate(t *testing.T) {
	shut := errors.New("too late")
	t.Run("closed before MAIL, nothing is sent and the connection stays", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		got := conn.Send(t.Context(), letter, func(domain.Stage) error { return shut })
		check(t, got, domain.StageMail, domain.OutcomeReleased, "")
		if got.Reply.Text != "too late" || len(s.Lines()) != 1 {
			t.Errorf("got %+v, commands %q", got, s.Lines())
		}
		arrivesNext(t, s, conn)
	})
	t.Run("closed before the dot, the letter does not arrive and the connection is closed", func(t *testing.T) {
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		var asked []domain.Stage
		got := conn.Send(t.Context(), letter, func(stage domain.Stage) error {
			asked = append(asked, stage)
			if stage == domain.StageDot {
				return shut
			}
			return nil
		})
		check(t, got, domain.StageBody, domain.OutcomeReleased, "")
		for late := time.Now().Add(time.Minute); s.Open() > 0; runtime.Gosched() {
			if time.Now().After(late) {
				t.Fatal("the connection is still open")
			}
		}
		if !conn.Broken() || s.Count() != 0 || !slices.Equal(asked, []domain.Stage{domain.StageMail, domain.StageDot}) {
			t.Errorf("broken %v, %d letters, asked at %v", conn.Broken(), s.Count(), asked)
		}
	})
}

func TestCancel(t *testing.T) {
	for _, stage := range []string{mailtest.Mail, mailtest.Rcpt, mailtest.Data} {
		t.Run("at "+stage+" it closes the connection and releases the letter", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
				if s.Stage == stage {
					cancel()
					return mailtest.Action{End: mailtest.Silent}
				}
				return mailtest.Action{}
			}})
			conn := dial(t, config(t, s))
			if got := conn.Send(ctx, letter, open); got.Outcome != domain.OutcomeReleased {
				t.Errorf("got %+v", got)
			}
			conn.Close()
			s.Stop()
			if !conn.Broken() || s.Count() != 0 {
				t.Errorf("broken %v, %d letters", conn.Broken(), s.Count())
			}
			noneLeft(t)
		})
	}
	t.Run("before MAIL nothing is sent and the connection stays", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := mailtest.New(t, mailtest.Config{})
		conn := dial(t, config(t, s))
		check(t, conn.Send(ctx, letter, open), domain.StageMail, domain.OutcomeReleased, "")
		arrivesNext(t, s, conn)
	})
	t.Run("after the dot the reply is still read", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot {
				cancel()
				return mailtest.Action{Delay: 20 * time.Millisecond}
			}
			return mailtest.Action{}
		}})
		check(t, dial(t, config(t, s)).Send(ctx, letter, open), domain.StageDot, domain.OutcomeSent, "")
		noneLeft(t)
	})
	t.Run("after the dot it waits for a silent relay only a while", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := mailtest.New(t, mailtest.Config{Script: func(s mailtest.Step) mailtest.Action {
			if s.Stage == mailtest.Dot {
				cancel()
				return mailtest.Action{End: mailtest.Silent}
			}
			return mailtest.Action{}
		}})
		c := config(t, s)
		c.Limits.Stop, c.Limits.Dot = 50*time.Millisecond, time.Hour
		conn := dial(t, c)
		check(t, conn.Send(ctx, letter, open), domain.StageDot, domain.OutcomeUncertain, domain.ScopeRelay)
		if !conn.Broken() {
			t.Error("the connection is not broken")
		}
	})
}
