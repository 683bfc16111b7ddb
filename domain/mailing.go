package domain

import (
	"strings"
	"time"
)

// Audience says who receives a mailing.
type Audience string

// The audiences.
const (
	AudienceAll     Audience = "all"     // every client of the team when a run begins
	AudienceClients Audience = "clients" // the selected clients
)

// Status is where a mailing is in its life. Paused and disabled are separate flags.
type Status string

// The statuses: created → running → completed. Editing a completed mailing so that it has another occurrence makes it
// running again.
const (
	StatusCreated   Status = "created"   // no run has begun
	StatusRunning   Status = "running"   // a run has begun, or another occurrence follows
	StatusCompleted Status = "completed" // no occurrence can follow
)

// MaxPicked is how many clients one mailing can select individually.
const MaxPicked = 10000

// MaxFormKey is the maximum length of a form key, in bytes.
const MaxFormKey = 64

// Mailing is a message, an audience, a window and a periodicity.
type Mailing struct {
	ID        int64
	TeamID    int64
	Name      string
	MessageID int64
	Audience  Audience
	ClientIDs []int64 // the selected clients, when the audience is AudienceClients
	Schedule  Schedule
	Status    Status
	PausedAt  time.Time // zero unless the team has paused it
	PauseWhy  Text      // why the service paused it; zero when a person did
	NextAt    time.Time // next occurrence; zero when none follows
	Ran       bool      // at least one run has begun
	FormKey   string    // of the form that creates it, so that resubmitting creates no second one; "" when unknown. Not read back
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time

	DisabledAt  time.Time // zero unless a manager has disabled it
	DisabledBy  string    // the manager's address at that time
	DisabledWhy string
}

// MailingRow is a mailing as lists show it.
type MailingRow struct {
	Mailing
	Subject string // subject of its message
	Team    string // name of its team
	Run     Run    // the latest; ID 0 when there is none
}

// Paused reports whether the team has paused the mailing.
func (m Mailing) Paused() bool { return !m.PausedAt.IsZero() }

// Disabled reports whether a manager has disabled the mailing. It sends nothing until a manager enables it.
func (m Mailing) Disabled() bool { return !m.DisabledAt.IsZero() }

// Active reports whether the mailing counts as active: running, and neither paused nor disabled.
func (m Mailing) Active() bool { return m.Status == StatusRunning && !m.Paused() && !m.Disabled() }

// KnownZone returns Refused when the mailing's time zone is no longer known, because then nobody can tell when it is
// due.
func (m Mailing) KnownZone() error {
	if m.Schedule.ZoneLost {
		return Refused{Say("The time zone “%s” is no longer known, so this mailing isn't sent. Edit the mailing and choose another time zone.", m.Schedule.Zone.String())}
	}
	return nil
}

// Check returns Invalid when the mailing cannot be saved. NewSchedule has checked its schedule; the store checks that
// its message and clients belong to the team.
func (m Mailing) Check() error {
	wrong := Invalid{}
	if strings.TrimSpace(m.Name) == "" {
		wrong.Add("name", "Enter a name so you can find the mailing later.")
	}
	checkName(wrong, "name", m.Name, MaxName)
	if m.MessageID <= 0 {
		wrong.Add("message_id", "Choose a message to send.")
	}
	switch m.Audience {
	case AudienceAll:
	case AudienceClients:
		if len(m.ClientIDs) == 0 {
			wrong.Add("client_ids", "Select at least one client, or send to all.")
		}
		if len(m.ClientIDs) > MaxPicked {
			wrong.Add("client_ids", "Select at most %d clients one by one.", MaxPicked)
		}
	default:
		wrong.Add("audience", "Choose who receives the mailing.")
	}
	return wrong.Or()
}

// MayRunNow returns Refused, with the reason, when the mailing cannot start a run at now.
func (m Mailing) MayRunNow(now time.Time) error {
	if err := m.NotDisabled(); err != nil {
		return err
	}
	if err := m.KnownZone(); err != nil {
		return err
	}
	switch closes := m.Schedule.Closes(); {
	case m.Paused():
		return Refused{Say("The mailing is paused. Resume it first.")}
	case now.Before(m.Schedule.Opens()):
		return Refused{Say("The sending period hasn't started yet. To send earlier, change its start.")}
	case !closes.IsZero() && !now.Before(closes):
		return Refused{Say("The sending period is over. To send again, change its end.")}
	}
	return nil
}

// NotDisabled returns Refused while a manager has disabled the mailing.
func (m Mailing) NotDisabled() error {
	if m.Disabled() {
		return Refused{Say("A manager has disabled this mailing. Nothing goes out until a manager enables it again.")}
	}
	return nil
}
