package mailtest

import (
	"encoding/base64"
	"net"
	"strings"
	"time"
)

// say acts at a stage where nothing depends on the reply.
func (c *session) say(stage, line, usual string) bool {
	_, ok := c.act(stage, line, usual)
	return ok
}

// act does what the script says at a stage. It returns the reply, and whether the conversation continues.
func (c *session) act(stage, line, usual string) (reply string, ok bool) {
	a := c.ask(stage, line)
	return c.do(a, usual)
}

// actOn answers the final dot. The letter is kept before the reply is sent, as a real server does.
func (c *session) actOn(l Letter) bool {
	a := c.ask(Dot, "")
	taken := isGood(a.Reply) || a.Reply == "" && a.End == GoOn
	if !c.wait(a) {
		return false
	}
	if taken || a.Take {
		c.server.keep(l)
	}
	_, ok := c.answer(a, "250 2.0.0 Taken")
	return ok
}

func (c *session) ask(stage, line string) Action {
	if c.server.config.Script == nil {
		return Action{}
	}
	return c.server.config.Script(Step{
		Stage: stage, Line: line, Address: address(line),
		Letter: c.letter, Again: c.again, Conn: c.number, TLS: c.secure,
	})
}

func (c *session) do(a Action, usual string) (reply string, ok bool) {
	if !c.wait(a) {
		return "", false
	}
	return c.answer(a, usual)
}

func (c *session) answer(a Action, usual string) (reply string, ok bool) {
	reply = a.Reply
	if reply == "" && a.End == GoOn {
		reply = usual
	}
	if reply != "" && !strings.HasSuffix(reply, "\n") {
		reply += "\r\n"
	}
	if !c.write(reply, a.Drip) {
		return reply, false
	}
	switch a.End {
	case Close:
		return reply, false
	case Reset:
		_ = c.tcp.(*net.TCPConn).SetLinger(0)
		return reply, false
	case Deaf:
		<-c.done
		return reply, false
	}
	return reply, true
}

// wait reports whether the server is still running afterwards.
func (c *session) wait(a Action) bool {
	if a.Delay > 0 {
		timer := time.NewTimer(a.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.done:
			return false
		}
	}
	if a.Hold != nil {
		select {
		case <-a.Hold:
		case <-c.done:
			return false
		}
	}
	return true
}

func (c *session) write(reply string, drip time.Duration) bool {
	if reply == "" {
		return true
	}
	if drip == 0 {
		_, err := c.conn.Write([]byte(reply))
		return err == nil
	}
	for i := range len(reply) {
		if !c.wait(Action{Delay: drip}) {
			return false
		}
		if _, err := c.conn.Write([]byte{reply[i]}); err != nil {
			return false
		}
	}
	return true
}

// auth accepts PLAIN and LOGIN, with or without an initial response.
func (c *session) auth(line string) bool {
	words := strings.Fields(line)
	if len(words) < 2 || !strings.Contains(c.server.config.Mechanisms, strings.ToUpper(words[1])) {
		return c.say(Auth, line, "504 5.5.4 Unknown mechanism")
	}
	user, password := c.server.config.User, c.server.config.Password
	var wanted, prompts []string
	if strings.EqualFold(words[1], "PLAIN") {
		wanted, prompts = []string{"\x00" + user + "\x00" + password}, []string{""}
	} else {
		wanted, prompts = []string{user, password}, []string{"Username:", "Password:"}
	}
	given := words[2:]
	for i := len(given); i < len(wanted); i++ {
		if !c.write("334 "+base64.StdEncoding.EncodeToString([]byte(prompts[i]))+"\r\n", 0) {
			return false
		}
		response, err := c.in.ReadString('\n')
		if err != nil {
			return false
		}
		given = append(given, strings.TrimSpace(response))
	}
	usual := "235 2.7.0 Welcome"
	for i := range wanted {
		if given[i] != base64.StdEncoding.EncodeToString([]byte(wanted[i])) {
			usual = "535 5.7.8 Wrong user or password"
		}
	}
	return c.say(Auth, line, usual)
}
