package handlers

import (
	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/picture"
)

// access names the group of visitors that a route admits.
type access string

// The access groups. Package domain says what each role may do.
const (
	public   access = "public"
	signedIn access = "signed in"
	writer   access = "writer"   // signed in, edits clients, messages and mailings
	overseer access = "overseer" // signed in, watches over all teams
	editor   access = "editor"   // signed in, writes the blog
	admin    access = "admin"
	mailbox  access = "mailbox" // everyone, if there is a built-in mailbox and the host is the public one
)

// body says what the requests of a route may carry. Anything else is refused before the handler runs.
type body struct {
	kinds []string // media types
	texts int      // bytes of all fields together
	file  int      // bytes of a picture in the field "image"; 0 if none is accepted
}

// The bodies.
var (
	none        = body{}
	form        = body{kinds: []string{urlencoded, multipartForm}, texts: 1 << 20}
	pictureForm = body{kinds: form.kinds, texts: form.texts, file: picture.MaxBytes}
)

// The media types of forms (HTML, section 4.10.22).
const (
	urlencoded    = "application/x-www-form-urlencoded"
	multipartForm = "multipart/form-data"
)

type route struct {
	method, path string
	who          access
	body         body
	handle       echo.HandlerFunc
}

// routes is the site map: one table, however long, to be read from top to bottom.
func (s *Server) routes() []route {
	return []route{
		{"GET", "/", public, none, s.home},
		{"GET", "/healthz", public, none, s.healthz},
		{"GET", "/readyz", public, none, s.readyz},

		{"GET", "/blog", public, none, s.blogList},
		{"GET", "/blog/feed.xml", public, none, s.blogFeed},
		{"GET", "/blog/:slug", public, none, s.blogShow},
		{"GET", "/sitemap.xml", public, none, s.sitemap},
		{"GET", "/robots.txt", public, none, s.robots},
		{"GET", "/images/:name", public, none, s.imageShow},

		{"GET", "/setup/:token", public, none, s.setupShow},
		{"POST", "/setup/:token", public, form, s.setupCreate},
		{"GET", "/signup", public, none, s.signupNew},
		{"POST", "/signup", public, form, s.signupCreate},
		{"GET", "/verify/:token", public, none, s.verifyShow},
		{"POST", "/verify/:token", public, form, s.verifyConfirm},
		{"POST", "/verify/resend", public, form, s.verifyResend},
		{"GET", "/forgot", public, none, s.forgotNew},
		{"POST", "/forgot", public, form, s.forgotCreate},
		{"GET", "/reset/:token", public, none, s.resetShow},
		{"POST", "/reset/:token", public, form, s.resetUpdate},
		{"GET", "/email/:token", public, none, s.emailShow},
		{"POST", "/email/:token", public, form, s.emailConfirm},
		{"GET", "/login", public, none, s.loginNew},
		{"POST", "/login", public, form, s.loginCreate},
		{"POST", "/logout", signedIn, form, s.logout},
		{"POST", "/language", public, form, s.languageUpdate},

		{"GET", "/profile", signedIn, none, s.profileShow},
		{"POST", "/profile", signedIn, form, s.profileUpdate},
		{"POST", "/profile/password", signedIn, form, s.passwordUpdate},
		{"POST", "/profile/sessions", signedIn, form, s.sessionEnd},
		{"POST", "/profile/email", signedIn, form, s.emailAsk},
		{"GET", "/profile/delete", signedIn, none, s.accountLeave},
		{"POST", "/profile/delete", signedIn, form, s.accountDelete},

		{"GET", "/team", writer, none, s.teamShow},
		{"POST", "/team/name", writer, form, s.teamName},
		{"POST", "/team/invite", writer, form, s.teamInvite},
		{"POST", "/team/invitations/:id/renew", writer, form, s.invitationRenew},
		{"POST", "/team/invitations/:id/withdraw", writer, form, s.invitationWithdraw},
		{"GET", "/team/members/:id/remove", writer, none, s.memberLeaving},
		{"POST", "/team/members/:id/remove", writer, form, s.memberRemove},
		{"GET", "/team/members/:id/owner", writer, none, s.ownerAsking},
		{"POST", "/team/members/:id/owner", writer, form, s.ownerPass},
		{"GET", "/team/leave", writer, none, s.teamLeaving},
		{"POST", "/team/leave", writer, form, s.teamLeave},
		{"GET", "/invite/:token", public, none, s.inviteShow},
		{"POST", "/invite/:token", public, form, s.inviteAccept},

		{"GET", "/clients", writer, none, s.clientList},
		{"POST", "/clients", writer, form, s.clientCreate},
		{"GET", "/clients/new", writer, none, s.clientNew},
		{"GET", "/clients/:id", writer, none, s.clientShow},
		{"POST", "/clients/:id", writer, form, s.clientUpdate},
		{"GET", "/clients/:id/edit", writer, none, s.clientEdit},
		{"POST", "/clients/:id/delete", writer, form, s.clientDelete},
		{"POST", "/clients/:id/deliverable", writer, form, s.clientDeliverable},

		{"GET", "/messages", writer, none, s.messageList},
		{"POST", "/messages", writer, form, s.messageCreate},
		{"GET", "/messages/new", writer, none, s.messageNew},
		{"POST", "/messages/preview", writer, form, s.messagePreviewTyped},
		{"GET", "/messages/:id", writer, none, s.messageShow},
		{"POST", "/messages/:id", writer, form, s.messageUpdate},
		{"GET", "/messages/:id/edit", writer, none, s.messageEdit},
		{"GET", "/messages/:id/preview", writer, none, s.messagePreview},
		{"POST", "/messages/:id/delete", writer, form, s.messageDelete},

		{"GET", "/mailings", signedIn, none, s.mailingList},
		{"POST", "/mailings", writer, form, s.mailingCreate},
		{"GET", "/mailings/new", writer, none, s.mailingNew},
		{"GET", "/mailings/next-runs", writer, none, s.mailingComing},
		{"GET", "/mailings/picker", writer, none, s.mailingPicker},
		{"POST", "/mailings/next-runs", writer, form, s.mailingComing}, // a form with many clients does not fit into an address
		{"POST", "/mailings/picker", writer, form, s.mailingPicker},
		{"GET", "/mailings/:id", signedIn, none, s.mailingShow},
		{"POST", "/mailings/:id", writer, form, s.mailingUpdate},
		{"GET", "/mailings/:id/edit", writer, none, s.mailingEdit},
		{"GET", "/mailings/:id/log", signedIn, none, s.mailingLog},
		{"POST", "/mailings/:id/delete", writer, form, s.mailingDelete},
		{"POST", "/mailings/:id/send", writer, form, s.mailingSend},
		{"POST", "/mailings/:id/pause", writer, form, s.mailingPause},
		{"POST", "/mailings/:id/resume", writer, form, s.mailingResume},
		{"POST", "/mailings/:id/retry", writer, form, s.mailingRetry},
		{"POST", "/mailings/:id/disable", overseer, form, s.mailingDisable},
		{"POST", "/mailings/:id/enable", overseer, form, s.mailingEnable},

		{"GET", "/posts", editor, none, s.postList},
		{"POST", "/posts", editor, pictureForm, s.postCreate},
		{"GET", "/posts/new", editor, none, s.postNew},
		{"GET", "/posts/slug", editor, none, s.postSlug},
		{"POST", "/posts/preview", editor, form, s.postPreview},
		{"GET", "/posts/:id", editor, none, s.postRow},
		{"POST", "/posts/:id", editor, pictureForm, s.postUpdate},
		{"GET", "/posts/:id/edit", editor, none, s.postEdit},
		{"POST", "/posts/:id/delete", editor, form, s.postDelete},

		{"GET", "/users", overseer, none, s.userList},
		{"GET", "/users/:id", overseer, none, s.userShow},
		{"POST", "/users/:id/block", overseer, form, s.userBlock},
		{"POST", "/users/:id/unblock", overseer, form, s.userUnblock},
		{"POST", "/users/:id/role", admin, form, s.userRole},
		{"POST", "/users/:id/owner", admin, form, s.userOwner},
		{"POST", "/users/:id/remove", admin, form, s.userRemove},
		{"POST", "/teams/:id/quota", admin, form, s.teamQuota},
		{"GET", "/audit", admin, none, s.auditList},
		{"GET", "/limits", admin, none, s.limitList},

		{"GET", "/mailbox", mailbox, none, s.mailboxList},
		{"GET", "/mailbox/:id", mailbox, none, s.mailboxShow},
		{"GET", "/mailbox/:id/html", mailbox, none, s.mailboxHTML},
		{"GET", "/mailbox/:id/source", mailbox, none, s.mailboxSource},
	}
}

// admit admits the visitors of an access group.
func (s *Server) admit(who access) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if who == mailbox && (s.Mailbox == nil || !sameHost(c.Request().Host, s.URL)) {
				return domain.ErrNotFound
			}
			if err := who.admits(user(c)); err != nil {
				return err
			}
			return next(c)
		}
	}
}

func (a access) admits(u domain.User) error {
	if a == public || a == mailbox {
		return nil
	}
	if u.ID == 0 {
		return errSignIn
	}
	admitted := map[access]bool{signedIn: true, writer: u.MayWrite(), overseer: u.Oversees(), editor: u.WritesBlog(), admin: u.Administers()}
	if !admitted[a] {
		return domain.ErrForbidden
	}
	return nil
}
