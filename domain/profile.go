package domain

// Profile is what users say about themselves. This package does not know which languages exist.
type Profile struct {
	Name     string
	Language string
	TimeZone string
}

// Check returns Invalid when the profile cannot be saved.
func (p Profile) Check() error {
	wrong := Invalid{}
	checkName(wrong, "name", p.Name, MaxName)
	if _, ok := LoadZone(p.TimeZone); !ok {
		wrong.Add("time_zone", "Choose a time zone from the list, like Europe/Berlin.")
	}
	return wrong.Or()
}

// Belongings are what is lost when a user deletes their account.
type Belongings struct {
	Team      string // name of the team
	Colleague bool   // the team has another member, so it stays with all its data
	Owner     bool   // the user owns the team
	Clients   int
	Messages  int
	Mailings  int
}
