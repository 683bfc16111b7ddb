package e2e

import (
	"context"
	"database/sql"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/store/storetest"
)

// Addresses of people in the world, some of them as long as addresses can be.
const (
	managerEmail   = "manager@example.com"
	gardenerEmail  = "owner@example.net"
	emptyEmail     = "begins.today@example.net"
	waitingEmail   = "has.not.confirmed@example.net"
	throttledEmail = "has.tried.often@example.net"
	blockedEmail   = "somebody.who.sends.too.much@mass-mailings.example.org"
	longEmail      = "maximiliane.von-und-zu-hohenstein@customer-relations.example.org"
	invitedEmail   = "bartholomew.featherstonehaugh@north-western-branch.example.com"
)

// world is the demo with more people in it: of every role, invited and blocked, and with a disabled mailing.
type world struct {
	*program
	*store.Store
	t                              *testing.T
	path                           string // of the database
	email, password                string // the admin's
	verify, reset, change          string // paths from letters
	inviteNew, inviteKnown         string
	inviteLink                     string // the link that the inviter may pass on
	colleague, blocked, ownMailing string // ids
}

// makeWorld starts the demo and adds its people.
func makeWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{program: serveWith(t, []string{"TMPDIR=" + dir}, "demo"), t: t}
	w.mu.Lock()
	who := credentials.FindStringSubmatch(w.output.String())
	w.mu.Unlock()
	found, err := filepath.Glob(filepath.Join(dir, "postrider-demo-*", "demo.db"))
	if err != nil || len(found) != 1 || who == nil {
		t.Fatalf("the demo does not say how to sign in (%q), or has no file: %v, %v", who, found, err)
	}
	w.email, w.password, w.path = who[1], who[2], found[0]
	w.Store = storetest.OpenAt(t, w.path)
	w.sendLetters()
	admin, manager := w.actor(w.email), w.addManager()
	w.addColleague(admin)
	w.addOwner(admin, manager)
	w.addBlocked(manager)
	storetest.User(t, w.Store, emptyEmail)
	limit, letters, now := 500, 2000, time.Now()
	w.must(w.SetQuota(t.Context(), admin, 1, domain.Quota{MaxClients: &limit, MaxLetters: &letters}, now))
	w.must(second(w.DisableMailing(t.Context(), manager, 5, "The text promises a discount that nobody has agreed to.", now)))
	edit(t, w.path, `INSERT INTO throttles (name, failures, until, seen_at) VALUES ($1, 20, $2, $3)`,
		"account:"+throttledEmail, now.Add(time.Hour).UnixMilli(), now.UnixMilli())
	return w
}

// second drops the first result of a call and returns its error.
func second[T any](_ T, err error) error { return err }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) actor(email string) domain.Actor {
	w.t.Helper()
	u, err := w.UserByEmail(w.t.Context(), email)
	w.must(err)
	return u.Actor("203.0.113.7")
}

// sendLetters makes someone sign up, forget their password and change their address, all in Russian, because the letters in the mailbox are
// checked in Russian.
func (w *world) sendLetters() {
	w.t.Helper()
	say := locale.For(locale.Russian, nil)
	guest := stranger(w.t, w.url, locale.Russian)
	guest.get("/signup").send("/signup", map[string]string{"email": newcomerEmail, "password": newcomerPassword})
	w.verify = guest.letter(say.T("Confirm your address for Postrider")).link("/verify/")
	guest.get("/signup").send("/signup", map[string]string{"email": waitingEmail, "password": newcomerPassword})
	guest.get("/forgot").send("/forgot", map[string]string{"email": w.email})
	w.reset = guest.letter(say.T("Reset your Postrider password")).link("/reset/")
	guest.get("/login").send("/login", map[string]string{"email": w.email, "password": w.password})
	token := store.NewToken()
	w.must(w.AskEmail(w.t.Context(), w.actor(w.email), store.EmailChange{Email: "new@example.com", Password: w.password, Token: token}, time.Now()))
	w.change = "/email/" + token
}

func (w *world) addManager() domain.Actor {
	w.t.Helper()
	w.must(second(w.AddUser(w.t.Context(), domain.SignUp{Email: managerEmail, Name: "Miriam Manager",
		Password: storetest.Password, Language: "en", TimeZone: "Europe/Berlin"}, domain.RoleManager, time.Now())))
	return w.actor(managerEmail)
}

// addColleague adds a member to the demo's team, a pending invitation and an expired one.
func (w *world) addColleague(admin domain.Actor) {
	w.t.Helper()
	now := time.Now()
	u, err := w.AcceptInvitation(w.t.Context(), domain.Actor{}, w.invite(admin, longEmail, now), domain.SignUp{
		Name: "Maximiliane von und zu Hohenstein", Password: storetest.Password, Language: "en", TimeZone: "UTC"}, now)
	w.must(err)
	w.colleague = strconv.FormatInt(u.ID, 10)
	w.inviteNew = "/invite/" + w.invite(admin, invitedEmail, now)
	i, err := w.Invite(w.t.Context(), admin, "passed.on@example.com", store.NewToken(), domain.SystemLetter{ExpiresAt: now}, now)
	w.must(err)
	w.inviteLink = "/invite/" + i.Link
	w.invite(admin, "too.late@example.com", now.AddDate(0, 0, -8))
}

// invite makes an invitation whose letter is too old to be sent.
func (w *world) invite(by domain.Actor, email string, at time.Time) (token string) {
	w.t.Helper()
	token = store.NewToken()
	w.must(second(w.Invite(w.t.Context(), by, email, token, domain.SystemLetter{ExpiresAt: at}, at)))
	return token
}

// addOwner makes another team with a mailing that the manager has disabled.
func (w *world) addOwner(admin, manager domain.Actor) {
	w.t.Helper()
	now := time.Now()
	u := storetest.User(w.t, w.Store, gardenerEmail)
	w.must(w.NameTeam(w.t.Context(), w.actor(gardenerEmail), "The Society of Friends of the Old Botanical Garden and its Glasshouses", time.Now()))
	storetest.Client(w.t, w.Store, u.TeamID, "gardener@example.net")
	m := storetest.Mailing(w.t, w.Store, u.TeamID, now, domain.LocalTimeOf(now.Add(72*time.Hour), time.UTC).String(), "", "UTC", domain.Weekly)
	w.must(second(w.DisableMailing(w.t.Context(), manager, m.ID, "Several recipients say that they have never asked for it.", now)))
	w.ownMailing = strconv.FormatInt(m.ID, 10)
	w.inviteKnown = "/invite/" + w.invite(admin, gardenerEmail, now)
}

func (w *world) addBlocked(manager domain.Actor) {
	w.t.Helper()
	u := storetest.User(w.t, w.Store, blockedEmail)
	w.must(second(w.BlockUser(w.t.Context(), manager, u.ID, "Bought addresses. Three complaints, none of them answered.", time.Now())))
	w.blocked = strconv.FormatInt(u.ID, 10)
}

// edit changes a database file that the program has open.
func edit(t *testing.T, path, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// lock blocks all writes to a database file until free is called.
func lock(t *testing.T, path string) (free func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(context.WithoutCancel(t.Context()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return func() { _, _ = tx.Rollback(), db.Close() } // nothing was written
}
