package views

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"

	"postrider/domain"
	"postrider/locale"
)

// ProfileForm names one of the forms on the profile page.
type ProfileForm string

// The forms.
const (
	ProfileAbout    ProfileForm = "about"
	ProfileEmail    ProfileForm = "address"
	ProfilePassword ProfileForm = "password"
)

// ProfilePage is what users can change about themselves, as typed, and where they are signed in.
type ProfilePage struct {
	Name, Language, TimeZone string
	Email                    string      // the new one
	Failed                   ProfileForm // the form whose mistakes are shown; "" for none
	Sessions                 []domain.Session
	This                     string // the public id of this browser's session
}

func (p ProfilePage) about(ctx context.Context) (name, language, zone Field) {
	form := string(ProfileAbout)
	name = Field{Form: form, Name: "name", Label: t(ctx, "Your name"), Hint: t(ctx, "Optional."), Value: p.Name,
		Attrs: map[string]any{"autocomplete": "name", "maxlength": "200"}}
	language = Field{Form: form, Name: "language", Label: t(ctx, "Language"), Value: p.Language,
		Options: []Option{{locale.English, "English"}, {locale.Russian, "Русский"}}}
	zone = Field{Form: form, Name: "time_zone", Label: t(ctx, "Time zone"), Value: p.TimeZone, Options: zoneOptions(p.TimeZone),
		Hint: t(ctx, "We show times in this zone.")}
	return name, language, zone
}

// zoneOptions are the time zones to choose from, including the chosen one.
func zoneOptions(chosen string) (all []Option) {
	zones := domain.Zones()
	if !slices.Contains(zones, chosen) && chosen != "" {
		zones = append(zones, chosen)
	}
	for _, z := range zones {
		all = append(all, Option{z, z})
	}
	return all
}

func (p ProfilePage) address(ctx context.Context) []Field {
	return []Field{
		{Form: string(ProfileEmail), Name: "email", Label: t(ctx, "New address"), Value: p.Email, Type: "email", Required: true,
			Attrs: map[string]any{"autocomplete": "off"}},
		ownPassword(ctx, string(ProfileEmail), "password"),
	}
}

func (p ProfilePage) password(ctx context.Context) []Field {
	current := ownPassword(ctx, string(ProfilePassword), "current")
	current.Label = t(ctx, "Current password")
	return []Field{current, newPassword(ctx, string(ProfilePassword), t(ctx, "New password"))}
}

// ownPassword is the field for the user's current password.
func ownPassword(ctx context.Context, form, name string) Field {
	return Field{Form: form, Name: name, Label: t(ctx, "Password"), Type: "password", Required: true,
		Attrs: map[string]any{"autocomplete": "current-password"}}
}

// mistakesOf shows its children without the mistakes of other forms: mistakes are keyed by field name, and several forms ask for a
// password.
func (p ProfilePage) mistakesOf(form ProfileForm) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if v := VisitOf(ctx); p.Failed != form {
			v.Mistakes = nil
			ctx = WithVisit(ctx, v)
		}
		return children.Render(ctx, w)
	})
}

// browserText names the browser of a session in a few words.
func browserText(ctx context.Context, agent string) string {
	switch browser, system := domain.Browser(agent); {
	case browser != "" && system != "":
		return t(ctx, "%s on %s", browser, system)
	case browser != "":
		return browser
	case system != "":
		return t(ctx, "Browser on %s", system)
	}
	return t(ctx, "Another app")
}

func deleteFields(ctx context.Context, email string) []Field {
	return []Field{
		{Name: "email", Label: t(ctx, "Account email address"), Value: email, Type: "email", Required: true,
			Hint: t(ctx, "Type it to confirm."), Attrs: map[string]any{"autocomplete": "off"}},
		ownPassword(ctx, "", "password"),
	}
}
