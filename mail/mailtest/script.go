package mailtest

import "time"

// The stages of a conversation at which a script is asked. All but the first are commands of the client; Body comes
// before the letter is read, Dot after it.
const (
	Greeting = "greeting"
	Ehlo     = "ehlo"
	StartTLS = "starttls"
	Auth     = "auth"
	Mail     = "mail"
	Rcpt     = "rcpt"
	Data     = "data"
	Body     = "body"
	Dot      = "dot"
	Rset     = "rset"
	Noop     = "noop"
	Quit     = "quit"
)

// Step is where a conversation is.
type Step struct {
	Stage   string
	Line    string // the command as received, without its line ending
	Address string // the bare address, at MAIL and RCPT
	Letter  int    // number of the letter on this server, counting MAIL commands from 1; 0 before a connection's first
	Again   int    // from RCPT on: how many times this server has been offered the address, counting from 1
	Conn    int    // number of the connection on this server, from 1
	TLS     bool
}

// Script says what to do at a step. Connections call it concurrently. The zero Action does the usual thing.
type Script func(Step) Action

// Action is what a server does at a step: first it waits, then it replies, then it may end the conversation.
type Action struct {
	Delay time.Duration   // wait this long
	Hold  <-chan struct{} // wait until it is closed
	Reply string          // instead of the usual reply: lines with their CRLF; the last CRLF may be missing
	Drip  time.Duration   // pause between the bytes of the reply
	Take  bool            // at the dot: keep the letter whatever the reply says
	End   End
}

// End is how a server breaks off a conversation. It sends no reply unless the action has one.
type End int

// The ways to break off.
const (
	GoOn   End = iota
	Close      // close the connection
	Reset      // reset the connection
	Silent     // send no reply but go on reading
	Deaf       // stop reading, and keep the connection open
)

// Answer is the action that sends this reply, such as "550 5.1.1 no such user".
func Answer(reply string) Action { return Action{Reply: reply} }

// At is the script that acts at one stage and does the usual thing at all others.
func At(stage string, a Action) Script {
	return func(s Step) Action {
		if s.Stage == stage {
			return a
		}
		return Action{}
	}
}

// Slow is the script that waits before every reply.
func Slow(d time.Duration) Script {
	return func(s Step) Action {
		if s.Stage == Body {
			return Action{}
		}
		return Action{Delay: d}
	}
}
