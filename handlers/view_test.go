package handlers_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"postrider/handlers"
	"postrider/store/storetest"
)

func TestViews(t *testing.T) {
	w := inhabited(t)
	storetest.Post(t, w.store, "Other", w.now)
	counts := func(t *testing.T, want int64, do func()) {
		t.Helper()
		before := w.viewed.Load()
		do()
		if got := w.viewed.Load() - before; got != want {
			t.Errorf("%d views, want %d", got, want)
		}
	}
	read := func(b *browser) { b.get("/blog/a-post").want(w.t, 200) }
	t.Run("count once per browser and article in half an hour", func(t *testing.T) {
		b := w.reader()
		counts(t, 1, func() { read(b); read(b) })
		counts(t, 1, func() { b.get("/blog/other"); read(b); b.get("/blog/other") })
		counts(t, 1, func() { read(w.reader()) })
		w.now = w.now.Add(30*time.Minute - time.Second)
		counts(t, 0, func() { read(b) })
		w.now = w.now.Add(time.Second)
		counts(t, 1, func() { read(b) })
	})
	t.Run("are counted for members and managers, not for editors", func(t *testing.T) {
		for who, want := range map[string]int64{"anonymous": 1, "own team": 1, "manager": 1, "editor": 0, "admin": 0} {
			b := w.as(who)
			b.header["User-Agent"] = firefox
			counts(t, want, func() { read(b) })
		}
	})
	t.Run("do not include prefetching browsers or programs", func(t *testing.T) {
		for _, header := range [][2]string{{"Sec-Purpose", "prefetch"}, {"Sec-Purpose", "prefetch;prerender"}, {"Purpose", "prefetch"},
			{"X-Moz", "prefetch"}, {"User-Agent", ""}, {"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
			{"User-Agent", "Mozilla/5.0 (compatible; YandexBot/3.0)"}, {"User-Agent", "curl/8.17.0"}, {"User-Agent", "Feedly/1.0"}} {
			b := w.reader()
			b.header[header[0]] = header[1]
			counts(t, 0, func() { read(b) })
		}
		counts(t, 0, func() { w.reader().send(http.MethodHead, "/blog/a-post", "", "").want(t, 200) })
		counts(t, 0, func() { w.reader().get("/blog/no-such-article"); w.reader().get("/blog") })
	})
	t.Run("leave a small cookie that does not identify the reader", func(t *testing.T) {
		b := w.reader()
		for i := range 40 {
			storetest.Post(t, w.store, fmt.Sprintf("Many %d", i), w.now)
			b.get(fmt.Sprintf("/blog/many-%d", i)).want(t, 200)
		}
		c := b.cookies["read"]
		if c == nil || !c.HttpOnly || c.Path != "/blog" || c.MaxAge != 1800 || c.SameSite != http.SameSiteLaxMode || c.Secure || len(c.Value) > 400 {
			t.Fatalf("%+v", c)
		}
		counts(t, 0, func() { b.get("/blog/many-39"); b.get("/blog/many-20") })
	})
	t.Run("are counted whatever the cookie holds", func(t *testing.T) {
		for _, value := range []string{"", ".", "-", "1-", "x-y", "1-99999999999", "1-99999999999999999999", "-1--1", "1.1.1"} {
			b := w.reader()
			b.cookies["read"] = &http.Cookie{Name: "read", Value: value}
			counts(t, 1, func() { read(b) })
		}
	})
	t.Run("leave a cookie for https alone where the public address is https", func(t *testing.T) {
		st := open(t, func(s *handlers.Server) { s.URL.Scheme = "https" })
		storetest.Post(t, st.store, "A post", st.now)
		b := st.reader()
		b.get("/blog/a-post").want(t, 200)
		if c := b.cookies["read"]; c == nil || !c.Secure {
			t.Errorf("%+v", c)
		}
	})
}
