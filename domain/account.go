package domain

// SignUp is what a stranger types to get an account.
type SignUp struct {
	Email    string
	Name     string
	Password string
	Language string
	TimeZone string
}

// Check returns the address, or Invalid when an account cannot be made from s.
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

// SignUpMode says who may make an account.
type SignUpMode string

// The modes.
const (
	SignUpOpen   SignUpMode = "open"   // everybody
	SignUpInvite SignUpMode = "invite" // those whom a team invites
	SignUpClosed SignUpMode = "closed" // nobody
)

// Known reports whether there is such a mode.
func (m SignUpMode) Known() bool { return m == SignUpOpen || m == SignUpInvite || m == SignUpClosed }

// TakesStrangers reports whether people whom nobody has invited may sign up.
func (m SignUpMode) TakesStrangers() bool { return m == SignUpOpen }

// TakesInvited reports whether an invitation lets people make an account.
func (m SignUpMode) TakesInvited() bool { return m != SignUpClosed }
