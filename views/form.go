package views

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"postrider/domain"
)

// Form is the form of one thing of a list: a client, a message, a mailing or an article. They differ in their fields.
type Form struct {
	Thing    string     // "client", whose pages are below /clients
	ID       string     // "" for a new one
	Values   url.Values // as typed, by the names of the fields
	Version  string     // of the thing that was edited
	Row      bool       // it stands in a row of the list
	Conflict Conflict

	SavedAt time.Time         // of a saved version; zero for a typed one
	Shown   map[string]string // of a saved version, what a reader sees of values that mean nothing to people, as ids
}

// savedForm is the form of a thing as it is saved.
func savedForm(thing string, id, version int64, at time.Time, values url.Values) Form {
	return Form{Thing: thing, ID: strconv.FormatInt(id, 10), Version: strconv.FormatInt(version, 10), SavedAt: at, Values: values}
}

// Value is a field as typed.
func (f Form) Value(field string) string { return f.Values.Get(field) }

// version is the edited version; 0, which no thing has, when it is missing.
func (f Form) version() int64 {
	n, _ := strconv.ParseInt(f.Version, 10, 64)
	return n
}

// name makes the ids of the fields unique on a page with several forms.
func (f Form) name() string {
	if f.ID == "" {
		return f.Thing + "-new"
	}
	return f.Thing + "-" + f.ID
}

// draft names what app.js keeps of a form that is a page of its own, until it is saved.
func (f Form) draft() templ.Attributes {
	if f.Row {
		return nil
	}
	return templ.Attributes{"data-draft": f.name()}
}

// List is the address of the list of such things.
func (f Form) List() string { return "/" + f.Thing + "s" }

func (f Form) action() string {
	if f.ID == "" {
		return f.List()
	}
	return f.List() + "/" + f.ID
}

// field ties a field to the form and its value.
func (f Form) field(of Field) Field {
	of.Form, of.Value = f.name(), f.Value(of.Name)
	return of
}

// texts are the texts of a thing that its form changes, by the names of the fields.
type texts map[string]*string

func (t texts) values() url.Values {
	values := url.Values{}
	for name, text := range t {
		values.Set(name, *text)
	}
	return values
}

func (f Form) read(into texts) {
	for name, text := range into {
		*text = f.Value(name)
	}
}

// Choosing reports whether the reader chooses between two versions.
func (f Form) Choosing() bool {
	for name := range f.Values {
		if strings.HasSuffix(name, takeSuffix) {
			return true
		}
	}
	return false
}

func (f Form) takes(field string) bool { return f.Value(field+takeSuffix) == theirs }

// Chosen is the form with those fields of the saved version that the reader takes.
func (f Form) Chosen(saved Form) Form {
	f.Values = maps.Clone(f.Values)
	for name, values := range saved.Values {
		if f.takes(chosenWith(name)) {
			f.Values[name] = values
		}
	}
	return f
}

// Beside is the form with the saved version beside the typed fields that differ from it.
func (f Form) Beside(saved Form) Form {
	f.Version = saved.Version
	f.Conflict = Conflict{At: saved.SavedAt, Theirs: map[string]string{}, Taken: map[string]bool{}}
	for name := range saved.Values {
		if !f.Values.Has(name) || chosenWith(name) != name || f.compared(name) == saved.compared(name) {
			continue
		}
		shown, ok := saved.Shown[name]
		if !ok {
			shown = saved.Value(name)
		}
		f.Conflict.Theirs[name], f.Conflict.Taken[name] = shown, f.takes(name)
	}
	return f
}

// chosenWith is the field with which a field is chosen: the clients of a mailing go with its audience.
func chosenWith(field string) string {
	if field == "client_ids" {
		return "audience"
	}
	return field
}

// compared is a field without what does not matter when versions are compared.
func (f Form) compared(field string) string {
	if field == "audience" && f.Value(field) == string(domain.AudienceClients) {
		return pickedText(f.Values["client_ids"])
	}
	return strings.TrimSpace(f.Value(field))
}
