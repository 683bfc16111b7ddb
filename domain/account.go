package domain

// SignUp is what a stranger enters to get an account.
type SignUp struct {
	Email    string
	Name     string
	Password string
	Language string
	TimeZone string
}

// Check returns the address, or Invalid when s cannot become an account.
func (s SignUp) Check() (Address, error) {
	wrong := Invalid{}
	address, why := parseAddress(s.Email)
	wrong.note("email", why)
	checkName(wrong, "name", s.Name, MaxName)
	if why, ok := CheckPassword(s.Password); !ok {
		wrong["password"] = why
	}
	return address, wrong.Or()
}

// SignUpMode says who may create an account.
type SignUpMode string

// The modes.
const (
	SignUpOpen   SignUpMode = "open"   // anyone
	SignUpInvite SignUpMode = "invite" // people invited by a team
	SignUpClosed SignUpMode = "closed" // nobody
)

// Known reports whether the mode exists.
func (m SignUpMode) Known() bool { return m == SignUpOpen || m == SignUpInvite || m == SignUpClosed }

// TakesStrangers reports whether people may sign up without an invitation.
func (m SignUpMode) TakesStrangers() bool { return m == SignUpOpen }

// TakesInvited reports whether people with an invitation may create an account.
func (m SignUpMode) TakesInvited() bool { return m != SignUpClosed }
