package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"postrider/domain"
	"postrider/locale"
	"postrider/store"
	"postrider/views"
)

// ownInvitation is the letter that invites someone to the user's team.
func (s *Server) ownInvitation(c echo.Context, token string) (l domain.SystemLetter, err error) {
	team, err := s.Store.Team(c.Request().Context(), user(c).TeamID)
	if err != nil {
		return l, err
	}
	return s.inviteLetter(printer(c), user(c).Name, team.Name, token), nil
}

// inviteLetter carries the invitation link that proves its reader's address. The store fills in the recipient. The letter repeats only two
// names that members typed, and nothing in them that mail programs would turn into a link.
func (s *Server) inviteLetter(p *locale.Printer, by, team, token string) (l domain.SystemLetter) {
	by, team = domain.ShownName(by), domain.ShownName(team)
	if by == "" {
		by = p.T("Someone")
	}
	link := s.URL.JoinPath("invite", token).String()
	l.Language = p.Lang()
	l.Subject = p.T("Invitation to Postrider")
	if team == "" {
		l.Body = p.T("%s invites you to a team on Postrider, to work together on clients, messages and mailings. To join, open this link within seven days:\n\n<%s>\n\nIf you don't know who that is, ignore this email.",
			plain(by), link)
		return l
	}
	l.Body = p.T("%s invites you to the team “%s” on Postrider, to work together on clients, messages and mailings. To join, open this link within seven days:\n\n<%s>\n\nIf you don't know who that is, ignore this email.",
		plain(by), plain(team), link)
	return l
}

// plain escapes Markdown in a text (CommonMark, section 2.4).
func plain(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// inviteShow shows an invitation and what its reader can do with it.
func (s *Server) inviteShow(c echo.Context) error {
	page, err := s.invitePage(c)
	if err != nil {
		return err
	}
	return s.render(c, views.Invite(page))
}

func (s *Server) invitePage(c echo.Context) (p views.InvitePage, err error) {
	ctx, me := c.Request().Context(), user(c)
	p.Token, p.Closed = c.Param("token"), !s.SignUp.TakesInvited()
	if p.Invitation, err = s.Store.Invitation(ctx, p.Token, s.Now()); err != nil || me.ID == 0 {
		return p, err
	}
	if p.Other = !domain.SameAddress(me.Email, p.Email); p.Other {
		p.Obstacle = domain.Say("You're signed in as %s, but the invitation is for %s. Sign out, then open the link again.", me.Email, p.Email)
		return p, nil
	}
	kept, err := s.Store.Belongings(ctx, me)
	if err != nil {
		return p, err
	}
	p.Mine = kept.Team
	if refused, ok := p.Admits(me, kept).(domain.Refused); ok {
		p.Obstacle = refused.Why
	}
	return p, nil
}

// inviteAccept makes an account in the team and signs in, or moves an existing account to the team. The link shown to the inviter proves no
// address: with it, a visitor who is not signed in can only ask for the letter.
func (s *Server) inviteAccept(c echo.Context) error {
	page, err := s.invitePage(c)
	if err != nil {
		return err
	}
	page.Name, page.TimeZone = strings.TrimSpace(typed(c, "name")), typed(c, "time_zone")
	switch {
	case page.Obstacle.Key != "":
		err = domain.Refused{Why: page.Obstacle}
	case user(c).ID != 0:
		_, err = s.Store.JoinTeam(c.Request().Context(), actor(c), page.Token, s.Now())
	case !page.Proves && page.Closed:
		return s.answer(c, http.StatusForbidden, views.Invite(page))
	case !page.Proves:
		return s.askInvitation(c, page)
	case page.Known:
		return s.redirect(c, "/login?next="+url.QueryEscape("/invite/"+page.Token))
	case page.Closed:
		return s.answer(c, http.StatusForbidden, views.Invite(page))
	default:
		err = s.acceptAsNew(c, page)
	}
	if err != nil {
		return s.formError(c, err, views.Invite(page))
	}
	return s.done(c, "/mailings", domain.Say("Welcome to the team “%s”. You can now work with its clients, messages and mailings.", page.Team))
}

// askInvitation sends the invitation letter again. The answer is the same whether or not the address has an account.
func (s *Server) askInvitation(c echo.Context, p views.InvitePage) error {
	token := store.NewToken()
	l := s.inviteLetter(printer(c), p.ByName, p.Team, token)
	if err := s.Store.AskInvitation(c.Request().Context(), p.Token, token, address(c), l, s.Now()); err != nil {
		return s.formError(c, err, views.Invite(p))
	}
	s.Wake()
	return s.redirect(c, "/login?notice="+string(views.NoticeInvited))
}

func (s *Server) acceptAsNew(c echo.Context, p views.InvitePage) error {
	in := domain.SignUp{Name: p.Name, Password: typed(c, "password"), Language: printer(c).Lang(), TimeZone: "UTC"}
	if _, ok := domain.LoadZone(p.TimeZone); ok {
		in.TimeZone = p.TimeZone
	}
	u, err := s.Store.AcceptInvitation(c.Request().Context(), actor(c), p.Token, in, s.Now())
	if err != nil {
		return err
	}
	return s.signIn(c, u)
}

// teamInvite sends an invitation. The link in its letter proves the address. A second link, which proves nothing, is shown once.
func (s *Server) teamInvite(c echo.Context) error {
	email, token := strings.TrimSpace(typed(c, "email")), store.NewToken()
	letter, err := s.ownInvitation(c, token)
	if err != nil {
		return err
	}
	i, err := s.Store.Invite(c.Request().Context(), actor(c), email, token, letter, s.Now())
	return s.invited(c, i, err)
}

// invitationRenew replaces an invitation's links, in a new letter and on the page. The old ones stop working.
func (s *Server) invitationRenew(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	token := store.NewToken()
	letter, err := s.ownInvitation(c, token)
	if err != nil {
		return err
	}
	i, err := s.Store.RenewInvitation(c.Request().Context(), actor(c), id, token, letter, s.Now())
	return s.invited(c, i, err)
}

// invited answers with the page itself: a redirect would have to store the link somewhere.
func (s *Server) invited(c echo.Context, i domain.Invitation, err error) error {
	if err != nil {
		return s.teamError(c, err)
	}
	s.Wake()
	page, err := s.teamPage(c)
	if err != nil {
		return err
	}
	page.Made, page.Link = i.Email, s.URL.JoinPath("invite", i.Link).String()
	return s.render(c, views.Team(page))
}

// invitationWithdraw cancels an invitation.
func (s *Server) invitationWithdraw(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	email, err := s.Store.WithdrawInvitation(c.Request().Context(), actor(c), id, s.Now())
	if err != nil {
		return err
	}
	return s.teamDone(c, domain.Say("The invitation for %s is withdrawn.", email))
}
