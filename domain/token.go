package domain

import "time"

// TokenKind is what a token in an email is for.
type TokenKind string

// How long a token in an email can be used.
const (
	VerifyValid = 24 * time.Hour
	ResetValid  = 30 * time.Minute
	EmailValid  = 24 * time.Hour
)

// Valid is how long a token of the kind can be used.
func (k TokenKind) Valid() time.Duration {
	switch k {
	case TokenReset:
		return ResetValid
	case TokenEmail:
		return EmailValid
	}
	return VerifyValid
}

// The kinds of tokens.
const (
	TokenVerify TokenKind = "verify" // confirms the address of a new account
	TokenReset  TokenKind = "reset"  // sets a new password
	TokenEmail  TokenKind = "email"  // confirms the new address of an account
)
