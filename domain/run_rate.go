package domain

import "time"

// SendingRate measures how fast emails went out lately.
const (
	rateSpan  = 5 * time.Minute // of sending, as far back as is looked
	rateGap   = time.Minute     // without an email in a longer one, nothing was being sent
	rateMin   = 10              // emails, fewer tell nothing
	rateShort = 500 * time.Millisecond
)

// SendingRate is how many emails a second went out in the minutes of sending before now, given when each did, the latest first.
// Times in which nothing was being sent, as while the mail server was down, do not count. It is 0 when there is too little to tell.
func SendingRate(times []time.Time, now time.Time) float64 {
	var n int
	var took time.Duration
	later := now
	for _, at := range times {
		gap := max(0, later.Sub(at))
		if gap > rateGap && n == 0 {
			return 0
		}
		if gap <= rateGap {
			took += gap
			n++
		}
		if took >= rateSpan {
			break
		}
		later = at
	}
	if n < rateMin || took < rateShort {
		return 0
	}
	return float64(n) / took.Seconds()
}

// TimeLeft is about how long the rest of a run takes at that many emails a second; 0 when that cannot be told. Emails that were
// refused for now have times of their own, and are left out.
func (r Run) TimeLeft(rate float64) time.Duration {
	left := r.Counts.Waiting - r.Counts.Retrying
	if r.State != RunSending || rate <= 0 || left <= 0 {
		return 0
	}
	return time.Duration(float64(left) / rate * float64(time.Second))
}
