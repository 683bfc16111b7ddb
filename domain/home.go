package domain

// Totals are the numbers on the home page, for one team or the whole installation.
type Totals struct {
	Mailings int  // not deleted
	Active   int  // see Mailing.Active
	Clients  int  // distinct addresses: one in several teams counts once
	Rounded  bool // Clients comes from ShownClients
}

// ClientStep is what numbers below 10,000 are rounded to. Larger ones are rounded to two significant digits.
const ClientStep = 100

// ShownClients is the number of clients of all teams as shown to people who may know only their own. It is updated once
// an hour from the exact number and the number shown before.
//
// Nobody may learn from it whether another team has an address, which changes the exact number by one. Rounding alone
// would tell: someone could add one made-up address an hour until the next one changes the number shown. So chance
// decides, with r1 and r2 in [0, 1): the shown number stays while it is close, changes more likely the further off it
// is, and is rounded up or down in proportion to the exact number. One address then makes a difference in at most one
// hour of a hundred, and telling that from chance takes some 10,000 hours in which no other team changes.
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
