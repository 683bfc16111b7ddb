package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"postrider/domain"
	"postrider/mail/letter"
	"postrider/mail/relay"
)

// settings are the settings as typed. All of them are strings, so that every mistake can be reported at once.
type settings struct {
	DB               string `default:"postrider.db" placeholder:"FILE" help:"The database file, created if it doesn't exist (postrider.db)."`
	Addr             string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"The address to listen on (127.0.0.1:8080)."`
	URL              string `placeholder:"URL" help:"The public address, the only one used for links in emails (http://localhost:PORT)."`
	SMTP             string `name:"smtp" placeholder:"URL" help:"The mail server: smtp://user:pass@host:587, smtps://user:pass@host:465 or smtp+insecure://127.0.0.1:1025. Without it, emails go to the built-in mailbox."`
	SMTPPasswordFile string `name:"smtp-password-file" placeholder:"FILE" help:"A file with the mail server's password, so that it isn't in the URL."`
	From             string `default:"Postrider <postrider@localhost>" placeholder:"ADDRESS" help:"The sender of all emails (Postrider <postrider@localhost>)."`
	SMTPConnections  string `name:"smtp-connections" default:"8" placeholder:"N" help:"Connections to the mail server at the same time (8)."`
	SMTPRate         string `name:"smtp-rate" default:"0" placeholder:"N" help:"Most emails per second; 0 means no limit (0)."`
	SMTPDaily        string `name:"smtp-daily" default:"0" placeholder:"N" help:"Most emails from mailings per day (UTC); 0 means no limit (0)."`
	SMTPConnectTime  string `name:"smtp-connect-timeout" default:"10s" placeholder:"DURATION" help:"How long connecting may take (10s)."`
	SMTPTLSTime      string `name:"smtp-tls-timeout" default:"15s" placeholder:"DURATION" help:"How long the TLS handshake may take (15s)."`
	SMTPCommandTime  string `name:"smtp-command-timeout" default:"60s" placeholder:"DURATION" help:"How long the mail server may take to answer a command (60s)."`
	SMTPBodyTime     string `name:"smtp-body-timeout" default:"60s" placeholder:"DURATION" help:"How long the mail server may pause while it reads an email (60s)."`
	SMTPReplyTime    string `name:"smtp-reply-timeout" default:"10m" placeholder:"DURATION" help:"How long the mail server may take to accept a whole email (10m)."`
	Tick             string `default:"1s" placeholder:"DURATION" help:"How often to check for scheduled sends (1s)."`
	ForgetAfter      string `default:"30d" placeholder:"DURATION" help:"How long deliveries and logs keep the name of a deleted client; 0 forgets right away (30d)."`
	Signup           string `default:"open" placeholder:"WHO" help:"Who can sign up: open, invite or closed (open)."`
	TrustedProxies   string `placeholder:"CIDR,…" help:"Networks of proxies whose X-Forwarded-For is trusted."`
	Log              string `default:"text" placeholder:"FORMAT" help:"Format of the log: text or json (text)."`
	LogLevel         string `default:"info" placeholder:"LEVEL" help:"How much to log: debug, info, warn or error (info)."`
}

// config is the parsed settings.
type config struct {
	db          string
	addr        string
	url         *url.URL      // nil: built from the port that was opened
	relay       *relay.Config // nil for the built-in mailbox
	from        string
	connections int
	rate, daily int // letters a second and a day; 0 for no limit
	tick        time.Duration
	forget      time.Duration // how long after a client's deletion
	signup      domain.SignUpMode
	proxies     []netip.Prefix
	json        bool
	level       slog.Level
}

// wrongSettings names every wrong setting and says what was expected.
type wrongSettings []string

// Error lists them, one per line.
func (w wrongSettings) Error() string {
	return "These settings are wrong:\n  " + strings.Join(w, "\n  ")
}

// add names a setting by its flag and its variable. The caller leaves out a value that may hold a password.
func (w *wrongSettings) add(flag, format string, args ...any) {
	*w = append(*w, fmt.Sprintf("--%s (%s): %s", flag, variable(flag), fmt.Sprintf(format, args...)))
}

// variable is a flag's environment variable.
func variable(flag string) string {
	return "POSTRIDER_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// read parses the settings into a config, or returns a wrongSettings that lists all mistakes.
func (s settings) read() (config, error) {
	var wrong wrongSettings
	c := config{db: s.DB, addr: s.Addr, from: s.From, signup: domain.SignUpMode(s.Signup)}
	s.readPlaces(&c, &wrong)
	s.readRelay(&c, &wrong)
	s.readRest(&c, &wrong)
	if c.relay == nil && s.SMTP == "" {
		c.checkMailbox(&wrong)
	}
	if len(wrong) > 0 {
		return c, wrong
	}
	return c, nil
}

func (s settings) readPlaces(c *config, wrong *wrongSettings) {
	if info, err := os.Stat(filepath.Dir(s.DB)); s.DB == "" || err != nil || !info.IsDir() {
		wrong.add("db", "the folder of %q doesn't exist", s.DB)
	}
	if _, err := net.ResolveTCPAddr("tcp", s.Addr); err != nil || !strings.Contains(s.Addr, ":") {
		wrong.add("addr", "%q is not an address like 127.0.0.1:8080", s.Addr)
	}
	if s.URL != "" {
		u, err := url.Parse(s.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
			strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			wrong.add("url", "it must be an address like https://post.example.com, without a path or a password")
			return
		}
		u.Path = ""
		c.url = u
	}
}

func (s settings) readRelay(c *config, wrong *wrongSettings) {
	if _, err := letter.Parse(context.Background(), letter.System, s.From, "-", "-"); err != nil {
		wrong.add("from", "%q is not a sender like News <news@example.com>", s.From)
	}
	c.connections = number(wrong, "smtp-connections", s.SMTPConnections, 1, 200)
	c.rate = number(wrong, "smtp-rate", s.SMTPRate, 0, 1_000_000)
	c.daily = number(wrong, "smtp-daily", s.SMTPDaily, 0, 1_000_000_000)
	limits := s.readLimits(wrong)
	if s.SMTP == "" {
		if s.SMTPPasswordFile != "" {
			wrong.add("smtp-password-file", "it needs --smtp, which isn't set")
		}
		return
	}
	r, err := relay.ParseURL(s.SMTP)
	if err != nil {
		wrong.add("smtp", "%v", err)
		return
	}
	if s.SMTPPasswordFile != "" {
		password, err := os.ReadFile(s.SMTPPasswordFile)
		if err != nil {
			wrong.add("smtp-password-file", "can't read the file: %v", reason(err))
		}
		if r.User == "" {
			wrong.add("smtp-password-file", "--smtp must name a user, as in smtp://user@host:587")
		}
		r.Password = strings.TrimRight(string(password), "\r\n")
	}
	r.Limits = limits
	c.relay = &r
}

// reason says why a file could not be read. It leaves out the file's name: the password may have been typed there.
func reason(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// readLimits reads the time limits for the relay.
func (s settings) readLimits(wrong *wrongSettings) relay.Limits {
	limits := relay.DefaultLimits()
	limits.Connect = duration(wrong, "smtp-connect-timeout", s.SMTPConnectTime, time.Millisecond, time.Hour)
	limits.TLS = duration(wrong, "smtp-tls-timeout", s.SMTPTLSTime, time.Millisecond, time.Hour)
	limits.Command = duration(wrong, "smtp-command-timeout", s.SMTPCommandTime, time.Millisecond, time.Hour)
	limits.Body = duration(wrong, "smtp-body-timeout", s.SMTPBodyTime, time.Millisecond, time.Hour)
	limits.Dot = duration(wrong, "smtp-reply-timeout", s.SMTPReplyTime, time.Millisecond, time.Hour)
	return limits
}

// number reads a whole number in a range.
func number(wrong *wrongSettings, flag, typed string, least, most int) int {
	n, err := strconv.Atoi(typed)
	if err != nil || n < least || n > most {
		wrong.add(flag, "%q is not a number from %d to %d", typed, least, most)
	}
	return n
}

// duration reads a duration in a range.
func duration(wrong *wrongSettings, flag, typed string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(typed)
	if err != nil || d < least || d > most {
		wrong.add(flag, "%q is not a duration from %s to %s, like 30s", typed, least, most)
	}
	return d
}

// longestForget is ten years: no deleted person is remembered forever.
const longestForget = 3650 * day

const day = 24 * time.Hour

// days reads a duration in a range. It may be in days, such as 30d.
func days(wrong *wrongSettings, flag, typed string, least, most time.Duration) time.Duration {
	number, inDays := strings.CutSuffix(typed, "d")
	n, err := strconv.Atoi(number)
	d := time.Duration(n) * day
	if !inDays {
		d, err = time.ParseDuration(typed)
	}
	if err != nil || n > int(most/day) || d < least || d > most {
		wrong.add(flag, "%q is not a duration from %dd to %dd, like 30d or 12h", typed, least/day, most/day)
	}
	return d
}

func (s settings) readRest(c *config, wrong *wrongSettings) {
	c.tick = duration(wrong, "tick", s.Tick, 10*time.Millisecond, time.Hour)
	c.forget = days(wrong, "forget-after", s.ForgetAfter, 0, longestForget)
	if !c.signup.Known() {
		wrong.add("signup", "%q is not open, invite or closed", s.Signup)
	}
	for _, part := range strings.FieldsFunc(s.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			wrong.add("trusted-proxies", "%q is not a network like 10.0.0.0/8", part)
		}
		c.proxies = append(c.proxies, prefix)
	}
	if s.Log != "text" && s.Log != "json" {
		wrong.add("log", "%q is not text or json", s.Log)
	}
	c.json = s.Log == "json"
	if err := c.level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		wrong.add("log-level", "%q is not debug, info, warn or error", s.LogLevel)
	}
}

// checkMailbox refuses to show everyone's letters to strangers: the built-in mailbox is for trying the service out.
func (c config) checkMailbox(wrong *wrongSettings) {
	if host, _, err := net.SplitHostPort(c.addr); err == nil && !domain.IsLoopback(host) {
		wrong.add("addr", "with the built-in mailbox, only this machine may connect: use 127.0.0.1, or set --smtp")
	}
	if c.url != nil && !domain.IsLoopback(c.url.Hostname()) {
		wrong.add("url", "with the built-in mailbox, it must name localhost: set --smtp to send real emails")
	}
}

// private reports whether only people at this machine can connect: the public address is loopback, the program listens only there, and no
// proxy forwards requests from elsewhere.
func (c config) private(public *url.URL, listens net.Addr) bool {
	at, ok := listens.(*net.TCPAddr)
	return ok && at.IP.IsLoopback() && domain.IsLoopback(public.Hostname()) && len(c.proxies) == 0
}

var errNoRelay = errors.New("no mail server is set: emails go to the built-in mailbox of this command and are gone when it ends; set --smtp to send them")
