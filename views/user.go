package views

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"postrider/domain"
)

func userPath(u domain.User) string { return "/users/" + id(u.ID) }

// UserList is what the page of all users shows.
type UserList struct {
	Paging
	Users                []domain.UserRow
	Q, Role, State, Sort string
	Per                  string
}

func (v UserList) roles(ctx context.Context) []Option {
	return append([]Option{{"", t(ctx, "Any role")}}, roleOptions(ctx)...)
}

func (v UserList) states(ctx context.Context) []Option {
	return []Option{{"", t(ctx, "Any status")}, {"active", t(ctx, "Active")}, {"unverified", t(ctx, "Not confirmed")},
		{"blocked", t(ctx, "Blocked")}}
}

func (v UserList) sizes(ctx context.Context) []Option {
	var all []Option
	for _, n := range []string{"25", "50", "100"} {
		all = append(all, Option{n, t(ctx, "%s per page", n)})
	}
	return all
}

// sorted tells screen readers which column the list is sorted by, and in which direction.
func (v UserList) sorted(sort, way string) templ.Attributes {
	if v.Sort != sort {
		return nil
	}
	return templ.Attributes{"aria-sort": way}
}

// UserPage is what the page of one user shows, with its forms as typed.
type UserPage struct {
	domain.UserRow
	TeamOf    domain.Team
	People    []domain.User // of the team
	OfTeam    []MailingLine // the newest mailings of the team
	Quota     domain.Quota
	Reason    string
	WholeTeam bool // block everyone in it
	NewRole   string
	Limits    map[string]string // of the team, by field name
}

// owner is the member who owns the team; the zero User if there is none.
func (p UserPage) owner() domain.User {
	for _, u := range p.People {
		if u.Owns(p.TeamOf) {
			return u
		}
	}
	return domain.User{}
}

func (p UserPage) reason(ctx context.Context) Field {
	return Field{Name: "reason", Label: t(ctx, "Reason"), Hint: t(ctx, "The user will see it when they sign in."), Value: p.Reason, Rows: 2,
		Required: true, Attrs: map[string]any{"maxlength": strconv.Itoa(domain.MaxReason)}}
}

func (p UserPage) role(ctx context.Context) Field {
	return Field{Name: "role", Label: t(ctx, "Role"), Value: p.NewRole, Options: roleOptions(ctx)}
}

func (p UserPage) fields(ctx context.Context) []Field {
	return append([]Field{p.reason(ctx), p.role(ctx)}, quotaFields(ctx, p.Limits)...)
}

// mayBlock reports whether the reader may block or unblock the user.
func (p UserPage) mayBlock(ctx context.Context) bool {
	return VisitOf(ctx).User.MayBlock(p.User) == nil
}

func roleOptions(ctx context.Context) []Option {
	var all []Option
	for _, r := range domain.Roles() {
		all = append(all, Option{string(r), roleText(ctx, r)})
	}
	return all
}

func roleText(ctx context.Context, r domain.Role) string {
	switch r {
	case domain.RoleUser:
		return t(ctx, "User")
	case domain.RoleEditor:
		return t(ctx, "Editor")
	case domain.RoleManager:
		return t(ctx, "Manager")
	case domain.RoleAdmin:
		return t(ctx, "Admin")
	}
	return string(r)
}

// userState is a user's state as a badge shows it.
func userState(ctx context.Context, u domain.User) (tone, text string) {
	switch {
	case u.Blocked():
		return Bad, t(ctx, "Blocked")
	case !u.Verified():
		return Warn, t(ctx, "Not confirmed")
	}
	return Good, t(ctx, "Active")
}

// blocker names who blocked a user or disabled a mailing.
func blocker(ctx context.Context, by string) string { return auditActor(ctx, domain.Actor{Email: by}) }
