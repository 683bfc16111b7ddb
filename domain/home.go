package domain

// Totals are the numbers that the home page shows, of one team or of the whole installation.
type Totals struct {
	Mailings int  // that are not deleted
	Active   int  // of them: see Mailing.Active
	Clients  int  // by address: the same one in several teams counts once
	Rounded  bool // Clients is what ShownClients gave
}

// ClientStep is what numbers below 10,000 are rounded to, to hundreds; larger ones are rounded to their first two digits.
const ClientStep = 100

// ShownClients is how many clients of all teams are shown to those who may know only their own: it follows the exact number,
// once an hour, from what was shown before. Nobody may learn from it whether another team has an address, which changes the
// exact number by one. Rounding alone would tell: who adds made-up addresses until the next one changes what is shown can try
// one address an hour. So chance decides, with r1 and r2 in [0, 1): the number stays while it is near, the farther away
// the likelier it changes, and it is rounded up or down as often as fits the exact one. One address then makes a difference
// in one hour of a hundred at most, and to tell it from chance takes some 10,000 hours in which no other team changes.
func ShownClients(shown, exact int, r1, r2 float64) int {
	step := ClientStep
	for shown/step >= ClientStep {
		step *= 10
	}
	if away := max(shown-exact, exact-shown); float64(away) <= (0.5+r1)*float64(step) {
		return shown
	}
	return (exact + int(r2*float64(step))) / step * step
}
