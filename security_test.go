package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// securityBullets lists the security promises of the service and, below each, the tests that check it, as the folder, a dot and the test's
// name ("..TestX" is a test of this folder).
const securityBullets = `
Routes: the table of who may do what, for every route, as a page and as a fragment
	handlers.TestAccess handlers.TestAccessByHead handlers.TestRoutes handlers.TestAdmits handlers.TestSecurityMethods
Routes: only the team's own rows; every team's mailings for managers and admins, with masked addresses
	handlers.TestAccessShownRows handlers.TestMasks handlers.TestOversight handlers.TestThingsOfAnotherTeam
Routes: a manager blocks users, not themselves, nor managers and admins; an admin may block a manager
	handlers.TestBlocking store.TestBlockPermissions domain.TestMayBlock
Routes: the last admin cannot be demoted or blocked
	handlers.TestBlocking handlers.TestRoles store.TestBlockPermissions store.TestSetRole cli.TestUserCommands
Routes: blocking ends the sessions; a team with no unblocked member left sends nothing, and its runs are cancelled
	handlers.TestBlocking handlers.TestSecurityUserLoadedEveryRequest store.TestBlockUser jobs.TestBlockedTeam cli.TestBlockWhileServing
Routes: disabling cancels the run and holds until a manager enables the mailing; the owner sees who, when and why
	handlers.TestDisabling store.TestDisableMailing jobs.TestManagerStops jobs.TestEnabledAgain
Routes: a body that names another team's message or client writes nothing: 422
	handlers.TestSecurityForeignIds handlers.TestSecurityForeignPaths handlers.TestSessions

Words: only the team whose letter they are about sees the relay's words; others see stage and codes, logs hold codes
	handlers.TestSecurityRelayNoteHidesClients handlers.TestMasks domain.TestMaskedAttempt domain.TestTextWithoutWords domain.TestCause jobs.TestSecurityLogHoldsCodes
Counts: across teams, taken once an hour and rounded, so that they do not reveal whether an address is known
	domain.TestShownClients store.TestSecurityTotalsHideOtherTeams handlers.TestSecurityHomeNumbersOfSeveralTeams
Deleting: deleted data is removed from the file and the write-ahead log, and is not in the program's log
	cli.TestSecurityDeletedIsGone store.TestSecurityResidue store.TestJournal jobs.TestResidue
Deleting: deliveries and their log forget deleted clients after a time
	store.TestSecurityForgottenClients jobs.TestForgetsDeletedClients cli.TestForgetAfter
Tokens: none is in the file or the write-ahead log
	store.TestSecurityTokensAreNotInTheFile
Input: a password on the command line causes a warning
	cli.TestSecurityPasswordOnTheCommandLine
Work, identity, strangers: sending twice has the effect of once: a button that starts something carries the state its page showed; if that has changed, 409
	handlers.TestSendOnce handlers.TestCreateOnce store.TestRunNow
Work, identity, strangers: limits: the form limit shown on the page works, and one more is refused with a reason
	handlers.TestPickedLimit handlers.TestTooManyFields

Sessions: a random id of 128 bits, SHA-256 at rest, idle 12 hours, at most 30 days
	handlers.TestSecuritySessionIDs store.TestSession
Sessions: listed in the profile and revocable
	handlers.TestSessions
Sessions: the cookie is HttpOnly, SameSite=Lax, Path=/, and with https Secure and __Host-
	handlers.TestSecurityCookie
Sessions: a new id at login, gone at logout
	handlers.TestSecurityFixation
Sessions: all others gone at password change
	handlers.TestPasswordChange handlers.TestForgot
Sessions: a damaged cookie starts afresh
	handlers.TestSecurityFixation handlers.FuzzCookie
Passwords: argon2id, 19 MiB, t=2, p=1, PHC form, rehashed when parameters change
	store.TestPasswordHash
Passwords: at most two hashes at once
	store.TestHashesAtOnce handlers.TestSecurityFlood
Passwords: 8 to 128 characters, any; the 3,000 most common are refused
	handlers.TestSecurityPasswords domain.TestCheckPassword
Throttle: per account, 5 failures, doubling delays to 15 minutes, 429 with Retry-After; an open session is never locked out
	handlers.TestSecurityThrottleOfAccount store.TestThrottle store.TestSignIn
Throttle: per address, for IPv6 also per /48
	handlers.TestSecurityThrottleOfAddress handlers.TestSecurityThrottleOfLetters handlers.TestSecurityThrottleOfWiderNetwork
Throttle: neither failed tries nor a flood by strangers locks out a browser that has signed in before
	handlers.TestSecurityKnownDevice handlers.TestSecurityKnownDeviceInFlood store.TestKnownDevice store.TestHashesAtOnce
Quotas: a stranger's team has limits from its first day; a user who leaves keeps the tightest of them; an admin raises them
	handlers.TestNewTeamsQuota handlers.TestTeamQuota store.TestQuotaIsInherited store.TestClientQuota store.TestMemberQuota
	store.TestLetterQuota store.TestStorageQuota store.TestStoredBytes handlers.TestStorageQuota handlers.TestSecurityWritesAMinute
Quotas: a whole team can be blocked, and nobody continues sending in its place
	store.TestBlockTeam handlers.TestBlockingATeam cli.TestUserCommands
Strangers: at most one letter an hour and three a day to one mailbox, caps per network, domain and installation
	handlers.TestSecurityStrangersDay handlers.TestSecurityThrottleOfLetters store.TestLetterCaps domain.TestMailbox
	store.TestOrganization domain.TestLetterNetwork
Strangers: no letter to someone else repeats what they typed, except two plain names in an invitation
	handlers.TestSecurityInvitationCarriesNoAds handlers.TestSecurityStrangersDay domain.TestShownName domain.FuzzShownName
Strangers: what they leave behind expires
	handlers.TestSecurityStrangersDay store.TestExpire store.TestExpiryFindsByIndex store.TestFailedSignInsAreBounded jobs.TestExpiry
Throttle: X-Forwarded-For counts only from trusted proxies
	handlers.TestSecurityTrustedProxies handlers.TestSecurityThrottleOfAddress
Enumeration: sign-up, login and reset give the same answer for known and unknown addresses, in about the same time
	handlers.TestSecuritySameAnswer handlers.TestForgot handlers.TestResend handlers.TestEmailChange
Tokens: 32 random bytes, SHA-256 at rest, their times, used once in one UPDATE, a new one voids the old, GET shows a button
	handlers.TestSecurityTokensOfEachKind handlers.TestSecurityTokens store.TestAcceptInvitation domain.TestTokenKinds
Tokens: a block permanently voids the user's tokens and invitations; no letter has a link that a block would stop
	handlers.TestSecurityBlockedForGood handlers.TestSecurityBlockedSignUp store.TestFirstAdminOfOldDatabase
First admin: by the link on the terminal, the first to confirm if only this machine can connect, or the command line; never a stranger
	handlers.TestSecurityFirstStranger handlers.TestSecuritySetup store.TestFirstAdmin cli.TestSetupLink cli.TestFirstIsAdminOnLoopback
Identity: addresses are compared with ASCII case folding and IDNA; letters about an account go to its stored address
	handlers.TestSecurityFoldedAddresses handlers.TestSecurityLettersToTheStoredAddress store.TestMigrationToOwners domain.TestAddress
Identity: an address is proved by a letter sent to it, never by a link shown to someone else
	handlers.TestSecurityCopiedInvitation handlers.TestInvitationByItsLink store.TestInvitationByItsLink store.TestInvitationsThatCannotBeUsed
Identity: confirming asks for the password or sets it, except in the browser used to sign up
	handlers.TestSecurityAccountBegunBySomeoneElse handlers.TestSecuritySignUpCookie handlers.TestConfirm handlers.TestEmailChange store.TestSignUp
Identity: only a team's owner or an admin removes members or transfers the team; a removed member is told by letter
	handlers.TestSecurityTeamTakenOver handlers.TestOwner store.TestOwner
Tokens: every bad one gets the same 404; no-referrer, no-store
	handlers.TestSecurityBadTokens handlers.TestReset handlers.TestBadInvitations handlers.TestSecurityMethods
Tokens: never in logs
	handlers.TestSecurityTokensNeverInLogs handlers.TestSecurityLog

Browser: cross-origin protection on everything; no GET changes state
	handlers.TestSecurityCrossOrigin
Browser: the policy and the other headers on every answer; HSTS on https; no-store when signed in
	handlers.TestAccess handlers.TestSecurityHeaders handlers.TestSecurityMethods cli.TestSecurityRawAnswers
Browser: other sites show our files and pictures and nothing else
	handlers.TestSecurityResourcePolicy
Browser: htmx without eval, inline scripts, hx-on, event filters or indicator styles, for this origin only
	handlers.TestSecurityPages
Browser: a letter's preview in a sandbox, also when opened directly
	handlers.TestSecurityPreview handlers.TestMailbox
Browser: next is a path on this site or /
	handlers.TestSecurityNext handlers.FuzzOurPath
Browser: links in letters use the public URL; any other Host is 421, except for probes
	handlers.TestSecurityHost

Work: search text, and any value in an address, is at most 200 characters
	handlers.TestSecurityLongSearch
Work: reads have a deadline and a limited number of places per user and team; searches leave database readers for others, and saving leaves the writer to the sender
	handlers.TestSecurityPageTime handlers.TestSecurityPlaces handlers.TestAbandonedPlaces store.TestSearchInLargeTexts store.TestListsStopAtTheirTimeLimit store.TestListsLeaveReadersFree
	store.TestSenderDoesNotWaitForTurns e2e.TestOneTeamCannotStarveOthers
Connections: write deadlines, a cap in total and per network
	cli.TestSecurityUnreadAnswers cli.TestSecurityConnections cli.TestSecurityTimeLimits
Connections: a client that disconnects halfway is not an error
	handlers.TestSecurityCutOff
Connections: /healthz and /readyz without sessions; at most one real check of the database a second
	handlers.TestSecurityProbesReadNothing handlers.TestSecurityReadiness handlers.TestReadingWhileLocked e2e.TestNotReadyOnFullDisk

Input: text is shown escaped, wherever it came from
	handlers.TestSecurityEscaping
Names: nothing invisible and nothing that reverses the text around it; each isolated in its direction, cleaned in letters
	domain.TestNames domain.TestNamesOfEverything domain.FuzzCleanName handlers.TestSecurityNamesOfForms
	handlers.TestSecurityNamesKeepTheirDirection handlers.TestSecurityNamesInLetters mail/letter.TestOldNames
Names: addresses in mixed or lookalike alphabets are shown for what they are
	domain.TestLookOf handlers.TestSecurityLookalikes
Input: forms at most 1 MB, also when chunked
	handlers.TestSecurityForms
Input: ReadHeaderTimeout 5 s, ReadTimeout 30 s, IdleTimeout 120 s, headers 32 KiB
	cli.TestSecurityTimeLimits
Input: ids out of range are 404
	handlers.TestSecurityIds
Input: each form binds one struct and nothing else
	handlers.TestSecurityBinding handlers.TestSecurityBindingOfOversight handlers.TestSecurityBindingOfLeaving handlers.TestSecurityBindingOfTokens
Input: addresses
	domain.FuzzParseAddress
Input: the server fetches no URL that a user wrote
	..TestSecurityFetchesNothing ..TestImports
Input: sort columns come from a list; no Sprintf into SQL
	handlers.TestSecurityStrangeInput store.TestNoInputBecomesSQL
Input: the SMTP password is never shown, logged or stored in the database
	cli.TestSecuritySMTPPassword cli.TestSecuritySMTPPasswordInMistakes cli.TestSecuritySMTPPasswordInCommands
Input: what a text expands to is limited: first its length, then steps, nodes, cells, nesting, repeated references, and bytes
	markdown.TestHostileTexts markdown.TestBounds markdown.FuzzTime markdown.FuzzOutput markdown.TestUsualTexts
	mail/letter.TestHeavyTextsAreRejected mail/letter.TestSizeOfAnEmail handlers.TestHeavyMessages handlers.TestHeavyArticles
Input: a text is rendered only while its reader waits, and only a few at once per user
	markdown.TestRenderingStopsWithItsContext handlers.TestPreviewEndsWithTheReader handlers.TestRendersAtOnce handlers.TestRendersAtOnceInAll
Input: one team's heavy message does not delay other teams' letters
	jobs.TestSlowMessageDelaysNoOthers jobs.TestMessageIsParsedOncePerRun
Input: a subject is escaped in the letter's HTML just as the values of fields are
	mail/letter.TestNothingTypedBecomesHTML mail/letter.FuzzCompose
Input: the audit table records logins, failures, blocks, disables, role and password changes, and deletions
	handlers.TestSecurityAudit handlers.TestSignInIsLogged store.TestAudit store.TestDeletionsAreLogged cli.TestUserCommands
`

// Each promise names tests, and those tests exist.
func TestSecurityBullets(t *testing.T) {
	there := testNames(t)
	promise, named := "", 0
	for _, line := range strings.Split(securityBullets, "\n") {
		switch tests, isTests := strings.CutPrefix(line, "\t"); {
		case isTests:
			for _, test := range strings.Fields(tests) {
				named++
				if !there[test] {
					t.Errorf("%s: there is no %s", promise, test)
				}
			}
			promise = ""
		case line != "" && promise != "":
			t.Errorf("no test is named for: %s", promise)
		case line != "":
			promise = line
		}
	}
	for test := range there {
		if strings.Contains(test, ".TestSecurity") && test != "..TestSecurityBullets" && !strings.Contains(securityBullets, test) {
			t.Errorf("%s shows no promise", test)
		}
	}
	if promise != "" || named == 0 {
		t.Errorf("no test is named for: %s", promise)
	}
}

// testNames returns all tests and fuzz targets, such as "handlers.TestAccess".
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	name := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range name.FindAllSubmatch(text, -1) {
			names[filepath.ToSlash(filepath.Dir(path))+"."+string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
