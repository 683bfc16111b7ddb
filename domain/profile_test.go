package domain

import (
	"errors"
	"strings"
	"testing"
)

func TestProfile(t *testing.T) {
	for name, c := range map[string]struct {
		in    Profile
		field string // the invalid one; "" for none
	}{
		"right":                         {Profile{Name: "Анна", TimeZone: "Europe/Berlin"}, ""},
		"without a name":                {Profile{TimeZone: "UTC"}, ""},
		"with a name of 201 characters": {Profile{Name: strings.Repeat("я", 201), TimeZone: "UTC"}, "name"},
		"with a name of several lines":  {Profile{Name: "Ann\r\nBcc: eve@example.com", TimeZone: "UTC"}, "name"},
		"without a zone":                {Profile{}, "time_zone"},
		"with a zone that names a file": {Profile{TimeZone: "../../etc/passwd"}, "time_zone"},
		"with the machine's zone":       {Profile{TimeZone: "Local"}, "time_zone"},
	} {
		err := c.in.Check()
		var wrong Invalid
		if errors.As(err, &wrong); (err == nil) != (c.field == "") || err != nil && (len(wrong) != 1 || wrong[c.field].Key == "") {
			t.Errorf("one %s: %v", name, err)
		}
	}
}
