package relay

import (
	"strings"
	"testing"
)

func FuzzParser(f *testing.F) {
	f.Add("250-one\n250 two")
	f.Add("550 5.7.1 no\n")
	f.Add("250")
	f.Fuzz(func(t *testing.T, text string) {
		var p parser
		for line := range strings.SplitSeq(text, "\n") {
			_, done, err := p.add(line)
			if err != nil {
				return
			}
			reply := p.reply()
			if reply.Code < 100 || reply.Code > 599 || len(reply.Text) > maxText || strings.ContainsAny(reply.Text, "\x00\r") {
				t.Fatalf("%q became %+v", text, reply)
			}
			if done {
				return
			}
		}
	})
}
