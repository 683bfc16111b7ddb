package handlers

import (
	"net/http"
	"strings"

	"postrider/domain"
)

// way leads from the page of an error to where one can go on.
type way struct {
	href string
	text domain.Text
}

// deadLink is what somebody is told who follows the link of a letter in vain.
func deadLink(route string) failure {
	say := domain.Say
	f := failure{status: http.StatusNotFound, title: say("This link does not work any more")}
	switch {
	case strings.HasPrefix(route, "/verify/"):
		f.text = say("It has been used already, it is too old, or a newer letter has come. Try to sign in: if your address is not confirmed yet, you can ask for a new letter there.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/setup/"):
		f.text = say("It has been used already, a newer start of Postrider has shown another one, or there is an admin by now.")
		f.next = way{"/login", say("Sign in")}
	case strings.HasPrefix(route, "/reset/"):
		f.text = say("It has been used already, it is older than 30 minutes, or a newer letter has come.")
		f.next = way{"/forgot", say("Ask for a new letter")}
	case strings.HasPrefix(route, "/email/"):
		f.text = say("It has been used already, it is too old, or a newer letter has come. Your profile shows which address your account has, and you can change it there.")
		f.next = way{"/profile", say("To the profile")}
	default:
		f.text = say("The invitation has been used already, has been withdrawn, or is older than seven days. Ask the one who invited you for a new link.")
	}
	return f
}
