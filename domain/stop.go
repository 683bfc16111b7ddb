package domain

import "strings"

// MaxReason is how long a reason for blocking or disabling may be, in characters.
const MaxReason = 500

// CheckReason returns the reason without the space around it, or Invalid when there is none or it is too long.
func CheckReason(reason string) (string, error) {
	wrong := Invalid{}
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		wrong.Add("reason", "Give a reason. The people affected will see it.")
	}
	checkLine(wrong, "reason", reason, MaxReason)
	return reason, wrong.Or()
}
