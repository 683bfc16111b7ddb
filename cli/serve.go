package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"postrider/domain"
	"postrider/handlers"
	"postrider/jobs"
	"postrider/mail/mailbox"
	"postrider/mail/relay"
	"postrider/store"
)

type serveCommand struct{}

// Run serves the web and sends, until ctx is done.
func (serveCommand) Run(ctx context.Context, p program, c config) error { return p.serve(ctx, c) }

// stopWeb is how long running requests may take once the program is stopping.
const stopWeb = 10 * time.Second

// serve runs the jobs, the sender and the web server, and stops them in reverse order.
func (p program) serve(ctx context.Context, c config) (err error) {
	log := p.logger(c)
	db, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	defer listener.Close() // the web server closes it too, once it serves
	public := c.url
	if public == nil {
		public = &url.URL{Scheme: "http", Host: fmt.Sprintf("localhost:%d", listener.Addr().(*net.TCPAddr).Port)}
	}
	db.FirstIsAdmin = c.private(public, listener.Addr())
	setup, err := openSetup(ctx, db, public)
	if err != nil {
		return err
	}
	running := newGroup(ctx)
	defer func() { err = errors.Join(err, running.stop()) }()
	running.startJob(jobs.Watch{Store: db, Every: watchEvery, Log: log}.Run)
	running.startJob((&jobs.Residue{Store: db, Log: log}).Run)
	running.startJob((&jobs.Expiry{Store: db, Log: log, Now: time.Now}).Run)
	views := &jobs.Views{Store: db, Log: log}
	running.startJob(views.Run)
	out, err := startSending(running, c, db, log)
	if err != nil {
		return err
	}
	web := &handlers.Server{Store: db, URL: public, Now: time.Now, Log: log, Wake: out.sender.Wake, Viewed: views.Count,
		Relay: out.sender.Relay, SignUp: c.signup, Sender: c.from, TrustedProxies: c.proxies, Version: version()}
	if out.box != nil {
		web.Mailbox = out.box
	}
	handler, err := web.Handler()
	if err != nil {
		return err
	}
	running.start(serveWeb(webServer(handler, log), listen(listener, c.proxies, web.Headers(), log)))
	p.sayReady(c, public, setup, listener.Addr())
	running.wait(ctx)
	out.halt() // start no letter while the last requests end
	return nil
}

// sayReady prints what to do next.
func (p program) sayReady(c config, public *url.URL, setup string, at net.Addr) {
	fmt.Fprintf(p.Stdout, "Postrider is ready: open %s\n", public)
	if setup != "" {
		fmt.Fprintf(p.Stdout, "There is no admin yet. To set up Postrider, open this link, which works once: %s\n", setup)
	}
	if c.relay == nil {
		fmt.Fprintf(p.Stdout, "Emails go to the built-in mailbox: %s\n", public.JoinPath("mailbox"))
	} else {
		fmt.Fprintf(p.Stdout, "Emails go to %s\n", c.relay)
	}
	if p.ready != nil {
		p.ready(at.String())
	}
}

// openSetup is the link that makes the first admin; "" if there is an admin, or if the first user to confirm an address becomes admin. It
// goes only to the terminal, not to the log, which other people may read.
func openSetup(ctx context.Context, db *store.Store, public *url.URL) (string, error) {
	if db.FirstIsAdmin {
		return "", nil
	}
	token := store.NewToken()
	waits, err := db.OpenSetup(ctx, token)
	if err != nil || !waits {
		return "", err
	}
	return public.JoinPath("setup", token).String(), nil
}

// openStore opens the configured database. It prints that a database is new, in case the path is mistyped.
func (p program) openStore(ctx context.Context, c config) (*store.Store, error) {
	db, err := store.Open(ctx, c.db)
	if err == nil && db.Made() {
		fmt.Fprintf(p.Stderr, "postrider: created a new database at %s\n", db.Path())
	}
	return db, err
}

// watchEvery is how often the database file is checked.
const watchEvery = time.Second

// serveWeb is the job that answers requests. When stopped, it gives running requests some time to end.
func serveWeb(server *http.Server, listener net.Listener) func(context.Context) error {
	return func(ctx context.Context) error {
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }()
		select {
		case err := <-served:
			return err
		case <-ctx.Done():
		}
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWeb)
		defer cancel()
		if err := server.Shutdown(stopping); err != nil {
			return server.Close() // a request is held open; the letters matter more
		}
		return nil
	}
}

// webServer is a server that nobody can tie up by sending slowly, sending nothing, sending too much, or not reading the answer.
func webServer(handler http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:                      handler,
		ReadHeaderTimeout:            5 * time.Second,
		ReadTimeout:                  30 * time.Second,
		WriteTimeout:                 domain.SendTime,
		IdleTimeout:                  120 * time.Second,
		MaxHeaderBytes:               32 << 10,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		DisableGeneralOptionsHandler: true, // its answer to OPTIONS * lacks our headers
	}
	onConnection(s)
	return s
}

// sending is the sending side of the program: the sender and, without a relay, the built-in mailbox.
type sending struct {
	sender *jobs.Sender
	box    *mailbox.Box
	halt   func() // starts no more letters
}

// startSending starts the sender and, without a relay, the mailbox.
func startSending(running *group, c config, db *store.Store, log *slog.Logger) (out sending, err error) {
	to := c.relay
	if to == nil {
		if out.box, to, err = startMailbox(running); err != nil {
			return out, err
		}
	}
	out.sender, err = jobs.New(jobs.Config{Store: db, Dial: to.Dial, From: c.from, Connections: c.connections, Rate: c.rate, DailyCap: c.daily,
		Every: c.tick, ForgetAfter: c.forget, Now: time.Now, Log: log})
	if err == nil {
		out.halt = running.start(out.sender.RunLocked)
	}
	return out, err
}

// startMailbox starts the built-in mailbox and returns it with its settings as a relay.
func startMailbox(running *group) (*mailbox.Box, *relay.Config, error) {
	box, err := mailbox.Listen()
	if err != nil {
		return nil, nil, err
	}
	running.start(func(ctx context.Context) error {
		if err := box.Run(ctx); err != nil {
			return fmt.Errorf("the built-in mailbox: %w", err)
		}
		return nil
	})
	to, err := relay.ParseURL("smtp+insecure://" + box.Addr())
	return box, &to, err
}

// logger logs to standard error.
func (p program) logger(c config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.level}
	if c.json {
		return slog.New(slog.NewJSONHandler(p.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.Stderr, options))
}
