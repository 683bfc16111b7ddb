package domain

// Totals are the numbers that the home page shows of the whole installation.
type Totals struct {
	Mailings int // that are not deleted
	Active   int // of them: see Mailing.Active
	Clients  int // by address: the same one in several teams counts once
}
