package relay

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"postrider/domain"
)

// Failure is why there is no connection. Its scope is the relay; its outcome is temporary or permanent, or released
// when the context was cancelled.
type Failure struct{ domain.Result }

// Error is the stage and the relay's words, or ours.
func (f *Failure) Error() string { return "relay, " + string(f.Stage) + ": " + f.Reply.Text }

// judge says what a refusal means, or an unexpected reply, or any reply to the final dot. A result with the relay as
// its scope also breaks the connection.
func judge(stage domain.Stage, reply domain.Reply) domain.Result {
	r := domain.Result{Stage: stage, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay, Reply: reply}
	class := reply.Code / 100
	switch {
	case reply.Code == 421: // RFC 5321, section 3.8: it closes the connection
	case class == 2 && stage == domain.StageDot:
		r.Outcome, r.Scope = domain.OutcomeSent, ""
	case class == 4 || class == 5 && strings.HasPrefix(reply.Enhanced, "4."): // the milder code counts
		r.Scope = scopeOf(stage, reply)
	case class == 5:
		r.Outcome, r.Scope = domain.OutcomePermanent, scopeOf(stage, reply)
	case stage == domain.StageDot:
		r.Outcome = domain.OutcomeUncertain
	}
	return r
}

// agreed reports whether the reply accepts the command. Only its first digit counts (RFC 5321, section 4.2.1), except
// where the letter would follow.
func agreed(stage domain.Stage, code int) bool {
	if stage == domain.StageData {
		return code == 354
	}
	return code/100 == 2
}

// scopeOf says what a refusal at a stage is about. The reply to DATA or to the final dot is about the letter, unless
// its code is about the address or the mailbox (RFC 3463, X.1 and X.2).
func scopeOf(stage domain.Stage, reply domain.Reply) domain.Scope {
	switch stage {
	case domain.StageMail:
		return domain.ScopeSender
	case domain.StageRcpt:
		return domain.ScopeRecipient
	case domain.StageData, domain.StageDot:
		if len(reply.Enhanced) > 2 && (reply.Enhanced[2:4] == "1." || reply.Enhanced[2:4] == "2.") {
			return domain.ScopeRecipient
		}
		return domain.ScopeContent
	}
	return domain.ScopeRelay
}

// broke is the result of a conversation that ended without a reply: after the final dot the outcome is unknown; before
// it, the letter was not accepted.
func broke(stage domain.Stage, err error) domain.Result {
	r := domain.Result{Stage: stage, Outcome: domain.OutcomeTemporary, Scope: domain.ScopeRelay}
	if stage == domain.StageDot {
		r.Outcome = domain.OutcomeUncertain
	}
	r.Reply.Text = explain(err)
	return r
}

// explain puts the usual ends of a conversation into words.
func explain(err error) string {
	switch {
	case isLate(err):
		return "the relay took too long"
	case isClosed(err):
		return "the relay closed the connection"
	}
	return clean(err.Error())
}

func isLate(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

func released(stage domain.Stage, why error) domain.Result {
	return domain.Result{Stage: stage, Outcome: domain.OutcomeReleased, Reply: domain.Reply{Text: why.Error()}}
}

func permanent(stage domain.Stage, scope domain.Scope, why string) domain.Result {
	return domain.Result{Stage: stage, Outcome: domain.OutcomePermanent, Scope: scope, Reply: domain.Reply{Text: why}}
}
