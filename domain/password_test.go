package domain_test

import (
	"strings"
	"testing"

	"postrider/domain"
)

func TestCheckPassword(t *testing.T) {
	for _, c := range []struct {
		name, password string
		ok             bool
	}{
		{"a sentence", "four words in a row", true},
		{"eight letters", "vkqzplwm", true},
		{"eight letters of two octets each", "щъюяжфцч", true},
		{"any characters", "\x00\n\t#é🐎\u200b\u202e", true},
		{"128 letters", strings.Repeat("ж", 128), true},
		{"nothing", "", false},
		{"seven letters", "vkqzplw", false},
		{"seven letters of two octets each", "щъюяжфц", false},
		{"129 letters", strings.Repeat("a", 129), false},
		{"not UTF-8", "vkqzplwm\xff", false},
		{"the most common one", "password", false},
		{"in capitals", "PassWord", false},
		{"the first of the list", "0.0.0.000", false},
		{"a row of the keyboard", "1qaz2wsx", false},
		{"a common one and more", "password and more", true},
		{"a part of a common one", "sunshine-", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			why, ok := domain.CheckPassword(c.password)
			if ok != c.ok || (why.Key == "") != c.ok {
				t.Errorf("CheckPassword(%q) = %q, %v; want %v", c.password, why, ok, c.ok)
			}
		})
	}
}
