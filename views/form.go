package views

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"postrider/domain"
)

// Form is the form of one thing in a list: a client, a message, a mailing or an article. They differ in their fields.
type Form struct {
	Thing    string     // such as "client", whose pages are below /clients
	ID       string     // "" for a new one
	Values   url.Values // as typed, by field name
	Version  string     // of the thing when the edit began
	Row      bool       // the form is in a row of the list
	Conflict Conflict

	SavedAt time.Time         // of a saved version; zero for typed input
	Shown   map[string]string // of a saved version, readable texts for values such as ids
}

// savedForm is the form of a thing as saved.
func savedForm(thing string, id, version int64, at time.Time, values url.Values) Form {
	return Form{Thing: thing, ID: strconv.FormatInt(id, 10), Version: strconv.FormatInt(version, 10), SavedAt: at, Values: values}
}

// Value is a field as typed.
func (f Form) Value(field string) string { return f.Values.Get(field) }

// version is the edited version; 0, which no thing has, if it is missing.
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

func (f Form) list() string { return "/" + f.Thing + "s" }

func (f Form) action() string {
	if f.ID == "" {
		return f.list()
	}
	return f.list() + "/" + f.ID
}

// field attaches a field to the form and fills in its value.
func (f Form) field(of Field) Field {
	of.Form, of.Value = f.name(), f.Value(of.Name)
	return of
}

// texts maps the names of a form's fields to the texts of a thing.
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

// Choosing reports whether the reader is choosing between two versions.
func (f Form) Choosing() bool {
	for name := range f.Values {
		if strings.HasSuffix(name, takeSuffix) {
			return true
		}
	}
	return false
}

func (f Form) takes(field string) bool { return f.Value(field+takeSuffix) == theirs }

// Chosen is the form with the saved version's value in each field where the reader chose it.
func (f Form) Chosen(saved Form) Form {
	f.Values = maps.Clone(f.Values)
	for name, values := range saved.Values {
		if f.takes(chosenWith(name)) {
			f.Values[name] = values
		}
	}
	return f
}

// Beside is the form with the saved version beside each typed field that differs from it.
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

// chosenWith returns the field that a field is chosen together with: the clients of a mailing belong to its audience.
func chosenWith(field string) string {
	if field == "client_ids" {
		return "audience"
	}
	return field
}

// compared normalizes a field's value for comparing versions.
func (f Form) compared(field string) string {
	if field == "audience" && f.Value(field) == string(domain.AudienceClients) {
		return pickedText(f.Values["client_ids"])
	}
	return strings.TrimSpace(f.Value(field))
}
