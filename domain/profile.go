package domain

// Profile is what users say of themselves. Which languages there are is not known here.
type Profile struct {
	Name     string
	Language string
	TimeZone string
}

// Check returns Invalid when the profile cannot be kept.
func (p Profile) Check() error {
	wrong := Invalid{}
	checkName(wrong, "name", p.Name, MaxName)
	if _, ok := LoadZone(p.TimeZone); !ok {
		wrong.Add("time_zone", "Choose a time zone from the list, like Europe/Berlin.")
	}
	return wrong.Or()
}

// Belongings are what goes when a user deletes the account.
type Belongings struct {
	Team      string // its name
	Colleague bool   // somebody else is in the team, so that it stays with all that it keeps
	Owner     bool   // the user owns the team
	Clients   int
	Messages  int
	Mailings  int
}
