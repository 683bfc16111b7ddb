package domain

import "strings"

// MaxReason is the maximum length of a reason for blocking or disabling, in characters.
const MaxReason = 500

// CheckReason returns the reason without surrounding space, or Invalid when it is empty or too long.
func CheckReason(reason string) (string, error) {
	wrong := Invalid{}
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		wrong.Add("reason", "Give a reason. The people affected will see it.")
	}
	checkLine(wrong, "reason", reason, MaxReason)
	return reason, wrong.Or()
}
