package domain

import "time"

// Limit is a bound on what people and programs may ask of an installation, with the reason for it. Every bound that
// somebody can reach stands in the table of Limits, made of the constant that is enforced, so that the two cannot differ.
type Limit struct {
	What  Text // what is bounded, such as "Length of a message"
	Value Text // with its unit, such as "%d characters"
	Why   Text // what would happen without it
}

// MaxFields is how many fields a form may have: as many as name all clients that can be picked for a mailing, and then some.
const MaxFields = MaxPicked + 2000

// Limits is the table of all bounds, grouped by what they are about. Admins read it at /limits.
func Limits() []Limit {
	limits := []Limit{
		{Say("Name of a person, client, message or mailing"), Say("%d characters", MaxName),
			Say("Longer ones fit into no list and no email header.")},
		{Say("Password"), Say("%d to %d characters", MinPassword, MaxPassword), Say("Short ones are guessed. Each one is hashed, which takes memory and time.")},
		{Say("Clients picked one by one for a mailing"), Say("%d clients", MaxPicked), Say("Each is a box in the form. To reach more, send to all clients.")},
		{Say("Addresses in the form of one client"), Say("%d", MaxPasted), Say("They are shown for a look before they are added.")},
		{Say("Fields of a form"), Say("%d fields", MaxFields), Say("Reading a form takes memory for each field.")},
		{Say("Accents on one letter of a name"), Say("%d", MaxMarks), Say("Piled up, they cover the lines above and below.")},
		{Say("Browsers that an account knows"), Say("%d", MaxDevices),
			Say("A known browser signs in whatever strangers try. The one that has not been used for longest is forgotten first.")},
		{Say("How long a browser stays known"), Say("%d days", int(DeviceValid.Hours()/24)), Say("Browsers are sold and given away.")},
		{Say("Wrong sign-ins from one /48 network of IPv6"), Say("%d", NetworkTries), Say("One customer may have so many addresses. After that, strangers there wait longer and longer.")},
		{Say("Comment on a client"), Say("%d characters", MaxComment), Say("Lists load comments with every row.")},

		{Say("Subject of a message"), Say("%d characters", MaxSubject), Say("Mail programs cut longer ones off.")},
		{Say("Text of a message"), Say("%d KB", MaxBody/1000), Say("It is laid out anew for every preview and send.")},
		{Say("Text of an article"), Say("%d KB", MaxContent/1000), Say("It is laid out anew for its readers.")},
		{Say("Fields in a text"), Say("%d in one text", MaxTextFields), Say("Each stands for a name or address of any length.")},
		{Say("Size of an email, for each recipient"), Say("%d KB", MaxEmail>>10),
			Say("It is sent as often as there are recipients, and mail servers refuse what is too large.")},
		{Say("Text when laid out, as HTML or plain text"), Say("%d KB, or twice the text where that is more", FreeOutput>>10),
			Say("A few kilobytes can repeat themselves into gigabytes, by links of the form [text][1] or by tables.")},
		{Say("Table cells in a text"), Say("%d cells", MaxCells), Say("A table has columns times rows of them, even where they are not written.")},
		{Say("Parts of a text, such as paragraphs and links"), Say("%d parts", MaxNodes), Say("Each takes memory while a text is laid out.")},
		{Say("Quotes and lists inside one another"), Say("%d levels", MaxBlocksDeep), Say("The time to lay a text out grows with the square of the depth.")},
		{Say("Emphasis, links and images inside one another"), Say("%d levels", MaxMarksDeep), Say("Programs that read the result give up on deep nesting.")},
		{Say("Texts laid out at once for one user"), Say("%d texts", MaxRenders), Say("Previews must leave the processors to everybody else and to sending.")},
		{Say("Search text, or any other value in an address"), Say("%d characters", MaxSearch),
			Say("A search compares every character of it with every character of your texts.")},
		{Say("Place in a list, as “Next page” carries it"), Say("%d characters", MaxCursor), Say("It holds a name or an address, and nothing longer.")},
		{Say("Requests of one user that are worked on at once"), Say("%d, and %d that wait", RequestsPerUser, RequestsWaiting),
			Say("One person's searches and previews would slow everyone down.")},
		{Say("Requests of one team that are worked on at once"), Say("%d", RequestsPerTeam),
			Say("One team's searches and previews would slow down the others.")},
		{Say("Time for a page"), Say("%d seconds", int(PageTime.Seconds())), Say("A search that takes longer is stopped and frees its place.")},
		{Say("Time for a form, from its first byte to the answer"), Say("%d seconds", int(FormTime.Seconds())),
			Say("A form that takes longer is stopped and frees its place.")},
		{Say("Time in which an answer must be received"), Say("%d seconds", int(SendTime.Seconds())),
			Say("Connections that never read would stay open.")},
		{Say("Open connections"), Say("%d", MaxConnections), Say("Each takes memory.")},
		{Say("Open connections from one network (an IPv4 address or an IPv6 /64)"), Say("%d", ConnectionsPerNetwork),
			Say("One visitor would take all connections. Trusted proxies are exempt.")},
		{Say("Checks of whether the database can be written"), Say("1 a second"),
			Say("Anyone may call /readyz, and each check writes to the disk.")},
	}
	limits = append(limits, quotaLimits()...)
	limits = append(limits, letterLimits()...)
	return append(limits, expiryLimits()...)
}

// days is a whole number of days.
func days(d time.Duration) Text { return Say("%d days", int(d/(24*time.Hour))) }

// quotaLimits are those of teams.
func quotaLimits() []Limit {
	return []Limit{
		{Say("Clients of a new team"), Say("%d clients", NewTeamClients),
			Say("Enough to start with. A stranger who wants to reach more people than that talks to an admin first.")},
		{Say("Emails of a new team"), Say("%d emails a day", NewTeamLetters),
			Say("They go out in the name of the operator. Mail providers watch a new sender's first hundreds, and one bad list spoils it for everybody.")},
		{Say("Stored text of a new team"), Say("%d MB", NewTeamMegabytes),
			Say("A full disk stops everybody. This is a thousand clients with several years of emails.")},
		{Say("Members of a new team"), Say("%d members", NewTeamMembers),
			Say("Each member can go on sending when another is blocked.")},
		{Say("Open invitations of a new team"), Say("%d invitations", NewTeamInvitations),
			Say("An invitation is an email to somebody who has not asked for one.")},
		{Say("Open invitations of any team"), Say("%d invitations", MaxInvitations), Say("A longer list is not looked after.")},
		{Say("Invitations sent by a team"), Say("%d an hour", InvitationsAnHour), Say("More than that is a mailing, and not an invitation.")},
		{Say("Changes by a new team"), Say("%d a minute", NewTeamWrites),
			Say("Every change waits for the disk, and all teams share it. Pausing, blocking and signing out are never counted.")},
		{Say("Changes by one user"), Say("%d a minute", UserWrites),
			Say("Nobody works that fast. It stops a script that has got hold of a session.")},
	}
}

// letterLimits are those of system letters.
func letterLimits() []Limit {
	return []Limit{
		{Say("System emails to one mailbox"), Say("%d an hour and %d a day", MailboxLettersAnHour, MailboxLettersADay),
			Say("Strangers can ask for them in anybody's name. All spellings of an address that lead to one mailbox count as one.")},
		{Say("System emails to an account, asked for from an unknown network"), Say("%d a day", OwnLettersADay),
			Say("The last one is kept for the network from which the account's owner has signed in.")},
		{Say("System emails asked for from one network"), Say("%d a day", NetworkLettersADay),
			Say("A network is a /24 of IPv4 or a /48 of IPv6. An office or a class signs up within that.")},
		{Say("System emails to one organization's domains"), Say("%d a day", DomainLettersADay),
			Say("Where one person reads all mail of a domain, made-up names lead to one mailbox.")},
		{Say("System emails to people without an account"), Say("%d a day", StrangerLettersADay),
			Say("This is all that strangers can make the whole installation send.")},
		{Say("System emails to people with an account"), Say("%d a day", AccountLettersADay),
			Say("They are counted apart, so that strangers cannot use up what users need.")},
		{Say("Name in an email to somebody else"), Say("%d characters", maxShownName),
			Say("Nothing that looks like a link, an address or a phone number stays in it: an invitation is no place for advertising.")},
	}
}

// expiryLimits are those of what strangers leave behind.
func expiryLimits() []Limit {
	return []Limit{
		{Say("Account that nobody has confirmed"), days(UnconfirmedKept), Say("Anybody can start as many as they like. Then it is deleted.")},
		{Say("Record of a system email"), days(SystemLetterKept), Say("Long enough to find out why it did not arrive.")},
		{Say("Record of a failed sign-in"), days(FailedSignInKept), Say("Anybody can fail as often as they like.")},
		{Say("Failed sign-ins recorded one by one"), Say("%d an hour from one network, %d a day in all", FailuresLoggedOfNetwork, FailuresLogged),
			Say("The others are counted, so that nobody can fill the audit log.")},
		{Say("Network address in the audit log"), days(AuditAddressKept), Say("After that it tells more about people than about attacks.")},
		{Say("Invitation that is no longer valid"), days(InvitationKept), Say("So long it can be renewed.")},
	}
}
