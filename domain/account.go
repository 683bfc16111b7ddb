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
