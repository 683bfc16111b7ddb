package views

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"postrider/domain"
)

// TeamPage is what the page of the user's team shows, with its forms as typed.
type TeamPage struct {
	domain.Team
	Members     []domain.Member
	Invitations []domain.Invitation // unused ones
	Quota       domain.Quota
	Now         time.Time

	NewName string
	Email   string // the address to invite
	Made    string // the invited address of a new invitation
	Link    string // its link, never shown again
}

func (p TeamPage) fields(ctx context.Context) (name, email Field) {
	name = Field{Form: "team", Name: "name", Label: t(ctx, "Team name"), Value: p.NewName, Required: true,
		Attrs: templ.Attributes{"maxlength": "100", "autocomplete": "off"}}
	email = Field{Form: "invite", Name: "email", Label: t(ctx, "Email address"), Value: p.Email, Type: "email", Required: true,
		Hint: t(ctx, "We'll email a link to this address. Anyone who reads the email can join and work with everything in the team."), Attrs: templ.Attributes{"autocomplete": "off"}}
	return name, email
}

// owner is the member who owns the team; the zero Member if there is none.
func (p TeamPage) owner() domain.Member {
	for _, m := range p.Members {
		if m.Owns(p.Team) {
			return m
		}
	}
	return domain.Member{}
}

// mayRemove reports whether the reader may remove a member from the team.
func (p TeamPage) mayRemove(ctx context.Context, m domain.Member) bool {
	return VisitOf(ctx).User.MayRemove(m.User, p.Team) == nil
}

// mayAppoint reports whether the reader may make a member the owner.
func (p TeamPage) mayAppoint(ctx context.Context, m domain.Member) bool {
	return VisitOf(ctx).User.Owns(p.Team) && m.MayOwn(p.Team) == nil
}

// InvitePage is what the page of an invitation shows, with its form as typed. The password is never shown again.
type InvitePage struct {
	domain.Invitation
	Token    string
	Name     string
	TimeZone string
	Closed   bool        // no new accounts are accepted
	Obstacle domain.Text // why the reader cannot move to the team
	Other    bool        // because the invitation is for another address
	Mine     string      // the name of the reader's current team
}

func (p InvitePage) path() string { return "/invite/" + p.Token }

func (p InvitePage) fields(ctx context.Context) []Field {
	password := newPassword(ctx, "", t(ctx, "Password"))
	return []Field{
		{Name: "name", Label: t(ctx, "Your name"), Hint: t(ctx, "Optional."), Value: p.Name,
			Attrs: templ.Attributes{"autocomplete": "name", "autofocus": true}},
		password,
	}
}
