package domain_test

import (
	"strings"
	"testing"

	"postrider/domain"
)

func TestSignUpCheck(t *testing.T) {
	good := domain.SignUp{Email: "ann@example.com", Name: "Ann", Password: "a long enough pass phrase"}
	cases := []struct {
		name   string
		change func(*domain.SignUp)
		wrong  string
	}{
		{"a complete form is fine", func(*domain.SignUp) {}, ""},
		{"a name is optional", func(s *domain.SignUp) { s.Name = "" }, ""},
		{"the address is checked", func(s *domain.SignUp) { s.Email = "ann" }, "email"},
		{"a name is one line", func(s *domain.SignUp) { s.Name = "Ann\nBcc: x" }, "name"},
		{"a name has at most 200 characters", func(s *domain.SignUp) { s.Name = strings.Repeat("a", 201) }, "name"},
		{"a password is required", func(s *domain.SignUp) { s.Password = "" }, "password"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := good
			c.change(&s)
			_, err := s.Check()
			invalidField(t, err, c.wrong)
		})
	}
}
