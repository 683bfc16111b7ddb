package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"postrider/domain"
)

// access says who may come in to a route.
type access byte

// The access groups.
const (
	P access = 'P' // everybody
	M access = 'M' // who is signed in
	W access = 'W' // who is signed in and may write: not a manager
	G access = 'G' // managers and admins
	E access = 'E' // editors and admins
	A access = 'A' // admins
	B access = 'B' // everybody, where there is a built-in mailbox and the host is the public one
)

type route struct {
	method, path string
	who          access
	handle       echo.HandlerFunc
}

const (
	get  = http.MethodGet
	head = http.MethodHead
	post = http.MethodPost
)

// routes is the site map: one table, however long, so that it can be read from top to bottom.
func (s *Server) routes() []route {
	return []route{
		{get, "/", P, s.home},
		{get, "/healthz", P, s.healthz},
		{get, "/readyz", P, s.readyz},

		{get, "/blog", P, s.blogList},
		{get, "/blog/feed.xml", P, s.blogFeed},
		{get, "/blog/:slug", P, s.blogShow},
		{get, "/sitemap.xml", P, s.sitemap},
		{get, "/robots.txt", P, s.robots},
		{get, "/images/:name", P, s.imageShow},

		{get, "/setup/:token", P, s.setupShow},
		{post, "/setup/:token", P, s.setupCreate},
		{get, "/signup", P, s.signupNew},
		{post, "/signup", P, s.signupCreate},
		{get, "/verify/:token", P, s.verifyShow},
		{post, "/verify/:token", P, s.verifyConfirm},
		{post, "/verify/resend", P, s.verifyResend},
		{get, "/forgot", P, s.forgotNew},
		{post, "/forgot", P, s.forgotCreate},
		{get, "/reset/:token", P, s.resetShow},
		{post, "/reset/:token", P, s.resetUpdate},
		{get, "/email/:token", P, s.emailShow},
		{post, "/email/:token", P, s.emailConfirm},
		{get, "/login", P, s.loginNew},
		{post, "/login", P, s.loginCreate},
		{post, "/logout", M, s.logout},
		{post, "/language", P, s.languageUpdate},

		{get, "/profile", M, s.profileShow},
		{post, "/profile", M, s.profileUpdate},
		{post, "/profile/password", M, s.passwordUpdate},
		{post, "/profile/sessions", M, s.sessionEnd},
		{post, "/profile/email", M, s.emailAsk},
		{get, "/profile/delete", M, s.accountLeave},
		{post, "/profile/delete", M, s.accountDelete},

		{get, "/team", W, s.teamShow},
		{post, "/team/name", W, s.teamName},
		{post, "/team/invite", W, s.teamInvite},
		{post, "/team/invitations/:id/renew", W, s.invitationRenew},
		{post, "/team/invitations/:id/withdraw", W, s.invitationWithdraw},
		{get, "/team/members/:id/remove", W, s.memberLeaving},
		{post, "/team/members/:id/remove", W, s.memberRemove},
		{get, "/team/members/:id/owner", W, s.ownerAsking},
		{post, "/team/members/:id/owner", W, s.ownerPass},
		{get, "/team/leave", W, s.teamLeaving},
		{post, "/team/leave", W, s.teamLeave},
		{get, "/invite/:token", P, s.inviteShow},
		{post, "/invite/:token", P, s.inviteAccept},

		{get, "/clients", W, s.clientList},
		{post, "/clients", W, s.clientCreate},
		{get, "/clients/new", W, s.clientNew},
		{get, "/clients/:id", W, s.clientShow},
		{post, "/clients/:id", W, s.clientUpdate},
		{get, "/clients/:id/edit", W, s.clientEdit},
		{post, "/clients/:id/delete", W, s.clientDelete},
		{post, "/clients/:id/deliverable", W, s.clientDeliverable},

		{get, "/messages", W, s.messageList},
		{post, "/messages", W, s.messageCreate},
		{get, "/messages/new", W, s.messageNew},
		{post, "/messages/preview", W, s.messagePreviewTyped},
		{get, "/messages/:id", W, s.messageShow},
		{post, "/messages/:id", W, s.messageUpdate},
		{get, "/messages/:id/edit", W, s.messageEdit},
		{get, "/messages/:id/preview", W, s.messagePreview},
		{post, "/messages/:id/delete", W, s.messageDelete},

		{get, "/mailings", M, s.mailingList},
		{post, "/mailings", W, s.mailingCreate},
		{get, "/mailings/new", W, s.mailingNew},
		{get, "/mailings/next-runs", W, s.mailingComing},
		{get, "/mailings/picker", W, s.mailingPicker},
		{post, "/mailings/next-runs", W, s.mailingComing}, // a form with many clients fits into no address
		{post, "/mailings/picker", W, s.mailingPicker},
		{get, "/mailings/:id", M, s.mailingShow},
		{post, "/mailings/:id", W, s.mailingUpdate},
		{get, "/mailings/:id/edit", W, s.mailingEdit},
		{get, "/mailings/:id/log", M, s.mailingLog},
		{post, "/mailings/:id/delete", W, s.mailingDelete},
		{post, "/mailings/:id/send", W, s.mailingSend},
		{post, "/mailings/:id/pause", W, s.mailingPause},
		{post, "/mailings/:id/resume", W, s.mailingResume},
		{post, "/mailings/:id/retry", W, s.mailingRetry},
		{post, "/mailings/:id/disable", G, s.mailingDisable},
		{post, "/mailings/:id/enable", G, s.mailingEnable},

		{get, "/posts", E, s.postList},
		{post, "/posts", E, s.postCreate},
		{get, "/posts/new", E, s.postNew},
		{get, "/posts/slug", E, s.postSlug},
		{post, "/posts/preview", E, s.postPreview},
		{get, "/posts/:id", E, s.postRow},
		{post, "/posts/:id", E, s.postUpdate},
		{get, "/posts/:id/edit", E, s.postEdit},
		{post, "/posts/:id/delete", E, s.postDelete},

		{get, "/users", G, s.userList},
		{get, "/users/:id", G, s.userShow},
		{post, "/users/:id/block", G, s.userBlock},
		{post, "/users/:id/unblock", G, s.userUnblock},
		{post, "/users/:id/role", A, s.userRole},
		{post, "/users/:id/owner", A, s.userOwner},
		{post, "/users/:id/remove", A, s.userRemove},
		{post, "/teams/:id/quota", A, s.teamQuota},
		{get, "/audit", A, s.auditList},
		{get, "/limits", A, s.limitList},

		{get, "/mailbox", B, s.mailboxList},
		{get, "/mailbox/:id", B, s.mailboxShow},
		{get, "/mailbox/:id/html", B, s.mailboxHTML},
		{get, "/mailbox/:id/source", B, s.mailboxSource},
	}
}

// admit lets those in whom the access group names.
func (s *Server) admit(who access) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := s.mayEnter(c, who); err != nil {
				return err
			}
			return next(c)
		}
	}
}

func (s *Server) mayEnter(c echo.Context, who access) error {
	if who == B && (s.Mailbox == nil || !sameHost(c.Request().Host, s.URL)) {
		return domain.ErrNotFound
	}
	return who.admits(user(c))
}

func (a access) admits(u domain.User) error {
	switch {
	case a == P, a == B:
		return nil
	case u.ID == 0:
		return errSignIn
	case a == M,
		a == W && u.MayWrite(),
		a == G && (u.Role == domain.RoleManager || u.Role == domain.RoleAdmin),
		a == E && u.WritesBlog(),
		a == A && u.Role == domain.RoleAdmin:
		return nil
	}
	return domain.ErrForbidden
}
