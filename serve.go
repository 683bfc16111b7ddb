package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
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

// serve starts the store, the mailbox, the sender and the web, and stops them in the reverse order.
func (p program) serve(ctx context.Context, c config) (err error) {
	log := p.logger(c)
	db, err := p.openStore(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	defer watch(ctx, db, log)()
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	public := c.url
	if public == nil {
		public = &url.URL{Scheme: "http", Host: fmt.Sprintf("localhost:%d", listener.Addr().(*net.TCPAddr).Port)}
	}
	db.FirstIsAdmin = c.private(public, listener.Addr())
	setup, err := openSetup(ctx, db, public)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	post, err := p.openPost(ctx, c, db, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	views, residue := &jobs.Views{Store: db, Log: log}, &jobs.Residue{Store: db, Log: log}
	defer background(ctx, residue.Run)()
	defer background(ctx, (&jobs.Expiry{Store: db, Log: log, Now: time.Now}).Run)()
	defer background(ctx, views.Run)() // after the web, before the store
	web := &handlers.Server{Store: db, URL: public, Now: time.Now, Log: log, Wake: post.sender.Wake, Viewed: views.Count,
		Relay: post.sender.Relay, SignUp: c.signup, Sender: c.from, TrustedProxies: c.proxies, Version: version()}
	if post.box != nil {
		web.Mailbox = post.box
	}
	handler, err := web.Handler()
	if err != nil {
		return errors.Join(err, post.stop(), listener.Close())
	}
	err = p.serveWeb(ctx, c, handler, listen(listener, c.proxies, web.Headers(), log), post, public, setup, log)
	return errors.Join(err, post.stop())
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
		fmt.Fprintf(p.stderr, "postrider: made a new database at %s\n", db.Path())
	}
	return db, err
}

// watchEvery is how often the database file is looked after.
const watchEvery = time.Second

// watch starts looking after the database file.
func watch(ctx context.Context, db *store.Store, log *slog.Logger) (stop func()) {
	return background(ctx, jobs.Watch{Store: db, Every: watchEvery, Log: log}.Run)
}

// background starts a job that goes on until stop is called, which returns when the job has ended.
func background(ctx context.Context, run func(context.Context)) (stop func()) {
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	var job sync.WaitGroup
	job.Go(func() { run(running) })
	return func() {
		end()
		job.Wait()
	}
}

func (p program) serveWeb(ctx context.Context, c config, handler http.Handler, listener net.Listener, post *post, public *url.URL, setup string, log *slog.Logger) error {
	server := webServer(handler, log)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Fprintf(p.stdout, "Postrider is ready: open %s\n", public)
	if setup != "" {
		fmt.Fprintf(p.stdout, "There is no admin yet. To set Postrider up, open this link, which works once: %s\n", setup)
	}
	if post.box != nil {
		fmt.Fprintf(p.stdout, "Letters go to the built-in mailbox: %s\n", public.JoinPath("mailbox"))
	} else {
		fmt.Fprintf(p.stdout, "Letters go to %s\n", c.relay)
	}
	if p.ready != nil {
		p.ready(listener.Addr().String())
	}
	select {
	case err := <-served:
		return err
	case err := <-post.failed:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	post.halt() // not only when the last request is over
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWeb)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		return server.Close() // somebody holds a request open; the letters matter more
	}
	return nil
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

// post is the sending side of the program: the sender, and the built-in mailbox when there is no relay.
type post struct {
	sender *jobs.Sender
	box    *mailbox.Box
	failed chan error // the sender or the mailbox could not go on
	halt   func()     // begins the end: no letter is begun any more
	stop   func() error
}

// openPost starts sending.
func (p program) openPost(ctx context.Context, c config, db *store.Store, log *slog.Logger) (*post, error) {
	out := &post{failed: make(chan error, 2)}
	var running sync.WaitGroup
	relayConf, stopBox, err := p.openRelay(ctx, c, out, &running)
	if err != nil {
		return nil, err
	}
	out.sender, err = jobs.New(jobs.Config{Store: db, Dial: relayConf.Dial, From: c.from, Connections: c.connections, Rate: c.rate, DailyCap: c.daily,
		Every: c.tick, ForgetAfter: c.forget, Now: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	var sender sync.WaitGroup
	sender.Go(func() {
		if err := out.sender.RunLocked(sending); err != nil {
			out.failed <- err
		}
	})
	out.halt = stopSending
	out.stop = func() error {
		stopSending()
		sender.Wait()
		stopBox()
		running.Wait()
		select {
		case err := <-out.failed:
			return err
		default:
			return nil
		}
	}
	return out, nil
}

// openRelay is the relay of the settings, or a built-in mailbox.
func (p program) openRelay(ctx context.Context, c config, out *post, running *sync.WaitGroup) (relay.Config, func(), error) {
	if c.relay != nil {
		return *c.relay, func() {}, nil
	}
	box, err := mailbox.Listen()
	if err != nil {
		return relay.Config{}, nil, err
	}
	out.box = box
	catching, stop := context.WithCancel(context.WithoutCancel(ctx))
	running.Go(func() {
		if err := box.Run(catching); err != nil {
			out.failed <- fmt.Errorf("the built-in mailbox: %w", err)
		}
	})
	conf, err := relay.ParseURL("smtp+insecure://" + box.Addr())
	return conf, stop, err
}

// logger writes to the standard error output.
func (p program) logger(c config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.level}
	if c.json {
		return slog.New(slog.NewJSONHandler(p.stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.stderr, options))
}
