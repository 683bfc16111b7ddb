package domain

// SignUp is what a stranger types to get an account.
type SignUp struct {
	Email    string
	Name     string
	Password string
	Language string
	TimeZone string
}

// Check returns Invalid when an account cannot be made from s.
func (s SignUp) Check() error {
	wrong := Invalid{}
	if _, err := ParseAddress(s.Email); err != nil {
		wrong["email"] = err.(AddressError).Why
	}
	checkName(wrong, "name", s.Name, MaxName)
	if why, ok := CheckPassword(s.Password); !ok {
		wrong["password"] = why
	}
	return wrong.Or()
}
