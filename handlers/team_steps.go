package handlers

import "postrider/domain"

// nextStep returns where a save of one of the first steps leads, and what to say there: on to the first step that is still open. If the
// save took no step, or the last one, it returns to and said unchanged.
func nextStep(before, after domain.Steps, to string, said domain.Text) (string, domain.Text) {
	switch {
	case before == after || after.Done():
		return to, said
	case !after.Clients:
		return "/clients/new", domain.Say("%s Next: add your first client.", said)
	case !after.Messages:
		return "/messages/new", domain.Say("%s Next: write your first message.", said)
	}
	return "/mailings/new", domain.Say("%s Next: set up your first mailing.", said)
}
