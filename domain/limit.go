package domain

import "time"

// Limit is a bound on what people and programs may ask of an installation, with the reason for it. Every bound that
// users can hit is listed in Limits, built from the constant that is enforced, so that the two cannot differ.
type Limit struct {
	What  Text // what is limited, such as "Length of a message"
	Value Text // with its unit, such as "%d characters"
	Why   Text // what would happen without it
}

// MaxFields is how many fields a form may have: enough to name every client picked for a mailing, with some to spare.
const MaxFields = MaxPicked + 2000

// Limits is the table of all limits, grouped by topic. Admins read it at /limits.
func Limits() []Limit {
	limits := []Limit{
		{Say("Name of a person, client, message or mailing"), Say("%d characters", MaxName),
			Say("Longer ones don't fit in lists and email headers.")},
		{Say("Password"), Say("%d to %d characters", MinPassword, MaxPassword), Say("Short passwords are easy to guess, and hashing long ones takes memory and time.")},
		{Say("Clients selected one by one for a mailing"), Say("%d clients", MaxPicked), Say("Each is a checkbox in the form. To reach more, send to all clients.")},
		{Say("Fields in a form"), Say("%d fields", MaxFields), Say("Each field takes memory while the form is read.")},
		{Say("Accents on one letter in a name"), Say("%d", MaxMarks), Say("Stacked accents cover the lines above and below.")},
		{Say("Known browsers per account"), Say("%d", MaxDevices),
			Say("A known browser can always sign in, whatever strangers try. The one unused for longest is forgotten first.")},
		{Say("How long a browser stays known"), Say("%d days", int(DeviceValid.Hours()/24)), Say("Devices get sold and given away.")},
		{Say("Failed sign-ins from one IPv6 /48 network"), Say("%d", NetworkTries), Say("One customer may have this many addresses. After that, strangers on the network wait longer and longer.")},
		{Say("Comment on a client"), Say("%d characters", MaxComment), Say("Lists load comments with every row.")},

		{Say("Message subject"), Say("%d characters", MaxSubject), Say("Email apps cut longer subjects off.")},
		{Say("Message text"), Say("%d KB", MaxBody/1000), Say("It's formatted again for every preview and send.")},
		{Say("Article text"), Say("%d KB", MaxContent/1000), Say("It's formatted again for its readers.")},
		{Say("Fields per text"), Say("%d per text", MaxTextFields), Say("Each can be replaced by a name or address of any length.")},
		{Say("Email size per recipient"), Say("%d KB", MaxEmail>>10),
			Say("Every recipient gets a copy, and mail servers refuse emails that are too large.")},
		{Say("Formatted text, as HTML or plain text"), Say("%d KB, or twice the size of the text if that's more", FreeOutput>>10),
			Say("Tables and links like [text][1] can turn a few kilobytes into gigabytes.")},
		{Say("Table cells per text"), Say("%d cells", MaxCells), Say("A table has as many as its columns times its rows, even if you don't write them all.")},
		{Say("Elements per text, such as paragraphs and links"), Say("%d elements", MaxNodes), Say("Each uses memory while the text is formatted.")},
		{Say("Nested quotes and lists"), Say("%d levels", MaxBlocksDeep), Say("Formatting time grows with the square of the depth.")},
		{Say("Nested emphasis, links and images"), Say("%d levels", MaxMarksDeep), Say("Email apps and browsers can't handle deep nesting.")},
		{Say("Texts formatted at the same time for one user"), Say("%d texts", MaxRenders), Say("Previews must leave processing power for everyone else and for sending.")},
		{Say("Search text, or any other value in a page address"), Say("%d characters", MaxSearch),
			Say("A search compares each of its characters with every character of your texts.")},
		{Say("Position in a list, carried by the “Next page” link"), Say("%d characters", MaxCursor), Say("It only holds a name or an address.")},
		{Say("Requests handled at the same time for one user"), Say("%d, plus %d waiting", RequestsPerUser, RequestsWaiting),
			Say("Otherwise one person's searches and previews would slow everyone down.")},
		{Say("Requests handled at the same time for one team"), Say("%d", RequestsPerTeam),
			Say("Otherwise one team's searches and previews would slow down the others.")},
		{Say("Time limit for a page"), Say("%d seconds", int(PageTime.Seconds())), Say("A longer search is stopped to make room for others.")},
		{Say("Time limit for a form, from first byte to response"), Say("%d seconds", int(FormTime.Seconds())),
			Say("A slower form is stopped to make room for others.")},
		{Say("Time limit for receiving a response"), Say("%d seconds", int(SendTime.Seconds())),
			Say("Otherwise connections that never read would stay open.")},
		{Say("Open connections"), Say("%d", MaxConnections), Say("Each uses memory.")},
		{Say("Open connections from one network (an IPv4 address or an IPv6 /64)"), Say("%d", ConnectionsPerNetwork),
			Say("Otherwise one visitor could take all connections. Trusted proxies are exempt.")},
		{Say("Checks that the database is writable"), Say("1 per second"),
			Say("Anyone can call /readyz, and each check writes to the disk.")},
	}
	limits = append(limits, quotaLimits()...)
	limits = append(limits, letterLimits()...)
	return append(limits, expiryLimits()...)
}

// days is a duration in whole days.
func days(d time.Duration) Text { return Say("%d days", int(d/(24*time.Hour))) }

// quotaLimits are the limits of teams.
func quotaLimits() []Limit {
	return []Limit{
		{Say("Clients of a new team"), Say("%d clients", NewTeamClients),
			Say("Enough to start with. Anyone who wants to reach more people should talk to an admin first.")},
		{Say("Emails from a new team"), Say("%d emails per day", NewTeamLetters),
			Say("They go out in the operator's name. Mail providers watch the first few hundred emails from a new sender, and one bad list spoils it for everyone.")},
		{Say("Stored text of a new team"), Say("%d MB", NewTeamMegabytes),
			Say("A full disk stops everyone. This is enough for a thousand clients and several years of emails.")},
		{Say("Members of a new team"), Say("%d members", NewTeamMembers),
			Say("If one member is blocked, the others can keep sending.")},
		{Say("Open invitations from a new team"), Say("%d invitations", NewTeamInvitations),
			Say("An invitation is an email to someone who hasn't asked for it.")},
		{Say("Open invitations from any team"), Say("%d invitations", MaxInvitations), Say("No one keeps track of a longer list.")},
		{Say("Invitations sent by a team"), Say("%d per hour", InvitationsAnHour), Say("More than that is a mailing, not an invitation.")},
		{Say("Changes by a new team"), Say("%d per minute", NewTeamWrites),
			Say("Every change waits for the disk, which all teams share. Pausing, blocking and signing out are never counted.")},
		{Say("Changes by one user"), Say("%d per minute", UserWrites),
			Say("No one works that fast. This stops a script that has got hold of a session.")},
	}
}

// letterLimits are the limits of system letters.
func letterLimits() []Limit {
	return []Limit{
		{Say("System emails to one mailbox"), Say("%d per hour and %d per day", MailboxLettersAnHour, MailboxLettersADay),
			Say("Strangers can request them in anyone's name. All spellings of an address that lead to one mailbox count as one.")},
		{Say("System emails to an account, requested from an unknown network"), Say("%d per day", OwnLettersADay),
			Say("The last one is kept for the network the account's owner has signed in from.")},
		{Say("System emails requested from one network"), Say("%d per day", NetworkLettersADay),
			Say("A network is an IPv4 /24 or an IPv6 /48. This is enough for an office or a class to sign up.")},
		{Say("System emails to one organization's domains"), Say("%d per day", DomainLettersADay),
			Say("If one person reads all the mail for a domain, made-up names lead to one mailbox.")},
		{Say("System emails to people without an account"), Say("%d per day", StrangerLettersADay),
			Say("This is the most that strangers can make the whole installation send.")},
		{Say("System emails to people with an account"), Say("%d per day", AccountLettersADay),
			Say("They're counted separately, so strangers can't use up what users need.")},
		{Say("Name in an email to someone else"), Say("%d characters", maxShownName),
			Say("Anything that looks like a link, an address or a phone number is removed: an invitation is no place for advertising.")},
	}
}

// expiryLimits are the limits on what strangers leave behind.
func expiryLimits() []Limit {
	return []Limit{
		{Say("Unconfirmed account"), days(UnconfirmedKept), Say("Anyone can start as many as they like. After this time, it's deleted.")},
		{Say("Record of a system email"), days(SystemLetterKept), Say("Long enough to find out why it didn't arrive.")},
		{Say("Record of a failed sign-in"), days(FailedSignInKept), Say("Anyone can fail as often as they like.")},
		{Say("Failed sign-ins recorded one by one"), Say("%d per hour from one network, %d per day in total", FailuresLoggedOfNetwork, FailuresLogged),
			Say("The rest are only counted, so no one can flood the audit log.")},
		{Say("Network address in the audit log"), days(AuditAddressKept), Say("After that, it says more about people than about attacks.")},
		{Say("Expired invitation"), days(InvitationKept), Say("It can be renewed until then.")},
	}
}
