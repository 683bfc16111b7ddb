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

// stopWeb is how long requests that are under way may take once the program is to stop.
const stopWeb = 10 * time.Second

// serve runs the jobs, the sender and the web, and stops them in the reverse order.
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
	defer listener.Close() // the web closes it too, once it serves
	public := c.url
	if public == nil {
		public = &url.URL{Scheme: "http", Host: fmt.Sprintf("localhost:%d", listener.Addr().(*net.TCPAddr).Port)}
	}
	db.FirstIsAdmin = c.private(public, listener.Addr())
	setup, err := openSetup(ctx, db, public)
	if err != nil {
		return err
	}
	parts := newGroup(ctx)
	defer func() { err = errors.Join(err, parts.stop()) }()
	parts.startJob(jobs.Watch{Store: db, Every: watchEvery, Log: log}.Run)
	parts.startJob((&jobs.Residue{Store: db, Log: log}).Run)
	parts.startJob((&jobs.Expiry{Store: db, Log: log, Now: time.Now}).Run)
	views := &jobs.Views{Store: db, Log: log}
	parts.startJob(views.Run)
	out, err := startSending(parts, c, db, log)
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
	parts.start(serveWeb(webServer(handler, log), listen(listener, c.proxies, web.Headers(), log)))
	p.sayReady(c, public, setup, listener.Addr())
	parts.wait(ctx)
	out.halt() // no letter begins while the last requests end
	return nil
}

// sayReady tells on the terminal what to do next.
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

// openSetup is the link that makes the first admin; "" where there is one, and where whoever confirms an address first becomes
// it. It goes to the terminal and nowhere else: not into the log, which other people may read.
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

// openStore opens the database of the settings. A new one is told: whoever expected another one has mistaken the path.
func (p program) openStore(ctx context.Context, c config) (*store.Store, error) {
	db, err := store.Open(ctx, c.db)
	if err == nil && db.Made() {
		fmt.Fprintf(p.Stderr, "postrider: created a new database at %s\n", db.Path())
	}
	return db, err
}

// watchEvery is how often the database file is looked after.
const watchEvery = time.Second

// serveWeb is the part that answers requests. Told to stop, it lets those that are under way end, for a while.
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
			return server.Close() // somebody holds a request open; the letters matter more
		}
		return nil
	}
}

// webServer is a server that nobody can hold up: not by sending slowly, nor by sending nothing, nor by sending too much, nor
// by taking no answer.
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

// sending is the sending side of the program: the sender, and the built-in mailbox when there is no relay.
type sending struct {
	sender *jobs.Sender
	box    *mailbox.Box
	halt   func() // no letter is begun any more
}

// startSending starts the mailbox, if there is no relay, and the sender.
func startSending(parts *group, c config, db *store.Store, log *slog.Logger) (out sending, err error) {
	to := c.relay
	if to == nil {
		if out.box, to, err = startMailbox(parts); err != nil {
			return out, err
		}
	}
	out.sender, err = jobs.New(jobs.Config{Store: db, Dial: to.Dial, From: c.from, Connections: c.connections, Rate: c.rate, DailyCap: c.daily,
		Every: c.tick, ForgetAfter: c.forget, Now: time.Now, Log: log})
	if err == nil {
		out.halt = parts.start(out.sender.RunLocked)
	}
	return out, err
}

// startMailbox starts the built-in mailbox, and returns it as a relay too.
func startMailbox(parts *group) (*mailbox.Box, *relay.Config, error) {
	box, err := mailbox.Listen()
	if err != nil {
		return nil, nil, err
	}
	parts.start(func(ctx context.Context) error {
		if err := box.Run(ctx); err != nil {
			return fmt.Errorf("the built-in mailbox: %w", err)
		}
		return nil
	})
	to, err := relay.ParseURL("smtp+insecure://" + box.Addr())
	return box, &to, err
}

// logger writes to the standard error output.
func (p program) logger(c config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.level}
	if c.json {
		return slog.New(slog.NewJSONHandler(p.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.Stderr, options))
}
