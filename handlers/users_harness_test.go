package handlers_test

import (
	"net/http"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// newUser makes a verified user of the role "user" with a team of their own.
func (st *site) newUser(email string) domain.User {
	st.t.Helper()
	return st.userOf(email, domain.RoleUser)
}

func (st *site) userOf(email string, role domain.Role) domain.User {
	st.t.Helper()
	return st.userFrom(domain.SignUp{Email: email, Name: "User " + email, Language: "en", TimeZone: "UTC"}, role)
}

// userFrom makes a verified user with a team of their own, past the store: with the race detector most of the time of the tests
// went to hashing one password again and again.
func (st *site) userFrom(in domain.SignUp, role domain.Role) domain.User {
	st.t.Helper()
	ctx, db, now := st.t.Context(), st.database(), st.now.UnixMilli()
	var u domain.User
	err := db.QueryRowContext(ctx, `INSERT INTO teams (name, created_at) VALUES ($1, $2) RETURNING id`, in.Name, now).Scan(&u.TeamID)
	if err == nil {
		err = db.QueryRowContext(ctx, `INSERT INTO users (team_id, email, email_key, name, role, language, time_zone, password_hash,
			verified_at, created_at) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id`,
			u.TeamID, in.Email, in.Name, role, in.Language, in.TimeZone, storetest.PasswordHash, now).Scan(&u.ID)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `UPDATE teams SET owner_id = $1 WHERE id = $2`, u.ID, u.TeamID)
	}
	if err == nil {
		u, err = st.store.User(ctx, u.ID)
	}
	if err != nil {
		st.t.Fatal(err)
	}
	return u
}

// signedIn is a browser of a new user who has a session.
func (st *site) signedIn(email string) (*browser, domain.User) {
	st.t.Helper()
	u := st.newUser(email)
	return st.enter(u), u
}

// enter is a browser with a session of the user, whoever it is: the login would refuse some.
func (st *site) enter(u domain.User) *browser {
	st.t.Helper()
	id := store.NewToken()
	if err := st.store.CreateSession(st.t.Context(), id, domain.Session{UserID: u.ID, CreatedAt: st.now, SeenAt: st.now}); err != nil {
		st.t.Fatal(err)
	}
	b := st.browser()
	b.cookies[cookieName] = &http.Cookie{Name: cookieName, Value: id}
	return b
}
