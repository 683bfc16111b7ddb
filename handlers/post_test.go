package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store"
	"postrider/store/storetest"
)

// editorOf is a site with an editor signed in whose time zone is Berlin.
func editorOf(t *testing.T) visit {
	t.Helper()
	v := ann(t)
	v.raw.Set("users", "role", "editor", "id", v.user.ID)
	v.raw.Set("users", "time_zone", "Europe/Berlin", "id", v.user.ID)
	v.raw.Set("users", "name", "Ann Author", "id", v.user.ID)
	return v
}

func asBothEditors(t *testing.T, do func(t *testing.T, v visit)) {
	for _, way := range []string{"plain", "htmx"} {
		t.Run(way, func(t *testing.T) {
			v := editorOf(t)
			v.htmx = way == "htmx"
			do(t, v)
		})
	}
}

// posts returns all posts, newest first.
func (st *site) posts() []domain.Post {
	st.t.Helper()
	page, err := st.store.Posts(st.t.Context(), store.PostQuery{}, st.now)
	if err != nil {
		st.t.Fatal(err)
	}
	return page.Rows
}

func (st *site) postOf(id int64) domain.Post {
	st.t.Helper()
	p, err := st.store.Post(st.t.Context(), id)
	if err != nil {
		st.t.Fatal(err)
	}
	return p
}

// fieldsOf is the form of a post with changes.
func fieldsOf(p domain.Post, changes ...string) []string {
	return append([]string{"title", p.Title, "slug", p.Slug, "content", p.Content, "version", num(p.Version)}, changes...)
}

func TestPostCreate(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		v.submit("/posts", "title", " Привет, щедрый мир! ", "content", "# Hello").wantTo(t, "/posts/1/edit")
		p := v.postOf(1)
		if p.Title != "Привет, щедрый мир!" || p.Slug != "privet-shchedryi-mir" || p.Author != "Ann Author" || p.State(v.site.now) != domain.PostDraft {
			t.Errorf("%+v", p)
		}
		v.get("/posts/1/edit").want(t, 200, "Привет, щедрый мир!", `value="privet-shchedryi-mir"`, "Draft", "# Hello", `enctype="multipart/form-data"`)
		v.get("/posts").want(t, 200, "Привет, щедрый мир!", "1 article", `href="/blog/privet-shchedryi-mir"`)
	})
	t.Run("publishes at once, or at a time of the editor's clock", func(t *testing.T) {
		v := editorOf(t)
		v.submit("/posts", "title", "Now", "content", "x", "publish", "now", "published_at", "nonsense").wantTo(t, "/posts")
		v.submit("/posts", "title", "Later", "content", "x", "published_at", "2026-07-01T10:00").wantTo(t, "/posts/2/edit")
		if now, later := v.postOf(1), v.postOf(2); !now.PublishedAt.Equal(v.site.now) || !later.PublishedAt.Equal(time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)) {
			t.Errorf("%v, %v", now.PublishedAt, later.PublishedAt)
		}
		v.get("/posts/2/edit").want(t, 200, `value="2026-07-01T10:00"`, "Scheduled", "Europe/Berlin")
	})
	t.Run("makes each address once", func(t *testing.T) {
		v := editorOf(t)
		for _, want := range []string{"same", "same-2", "same-3"} {
			v.submit("/posts", "title", "Same!", "content", "x").want(t, 303)
			if got := v.posts()[0].Slug; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		for title, want := range map[string]string{"???": "article", "日本語": "ri-ben-yu", "snake_case": "snake-case",
			strings.Repeat("word ", 40): strings.TrimSuffix(strings.Repeat("word-", 16), "-"), strings.Repeat("x", 200): strings.Repeat("x", 80)} {
			v.submit("/posts", "title", title, "content", "x").want(t, 303)
			if got := v.posts()[0].Slug; got != want {
				t.Errorf("%s: %s, want %s", title, got, want)
			}
		}
	})
	t.Run("never makes the author's address known", func(t *testing.T) {
		v := editorOf(t)
		v.raw.Set("users", "name", "")
		v.submit("/posts", "title", "Nobody", "content", "x", "publish", "now").want(t, 303)
		v.browser.site.browser().get("/blog/nobody").wantLack(t, v.user.Email, "ann@")
	})
	t.Run("binds nothing but the form", func(t *testing.T) {
		v := editorOf(t)
		v.submit("/posts", "title", "A", "content", "x", "author", "Evil", "author_id", "99", "views", "7", "id", "50").want(t, 303)
		if p := v.posts()[0]; p.Author != "Ann Author" || p.AuthorID != v.user.ID || p.Views != 0 || p.ID != 1 {
			t.Errorf("%+v", p)
		}
	})
}

func TestPostMistakes(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		storetest.Post(t, v.store, "A post", v.site.now)
		storetest.Post(t, v.store, "Taken", v.site.now)
		whole := map[string]string{"title": "A title", "slug": "a-slug", "content": "Some text", "published_at": "2026-03-01T10:00", "image_alt": "A cat"}
		for _, c := range []struct{ field, value, why string }{
			{"title", " ", "An article needs a title."}, {"title", strings.Repeat("x", 201), "Use at most 200 characters."}, {"content", "\n", "An article needs some text."},
			{"slug", "taken", "Another article uses this address"}, {"slug", "Not A Slug", "Use lowercase Latin letters"},
			{"slug", "a--b", "Use lowercase"}, {"slug", strings.Repeat("x", 101), "up to 100 characters"},
			{"published_at", "tomorrow", "Enter a date and time"}, {"published_at", "0001-01-01T00:00", "The year must be"},
		} {
			form := []string{}
			for name, value := range whole {
				if name == c.field {
					value = c.value
				}
				form = append(form, name, value)
			}
			for to, name := range map[string]string{"/posts": "post-new", "/posts/1": "post-1"} {
				a := v.submit(to, append(form, "version", "1")...)
				a.wantMistake(t, name, c.field, c.why)
				for field, value := range whole {
					if field != c.field && !strings.Contains(a.body, value) {
						t.Errorf("%s is lost", field)
					}
				}
			}
		}
		if all := v.posts(); len(all) != 2 || all[1].Title != "A post" {
			t.Errorf("%+v", all)
		}
	})
}

func TestPostUpdate(t *testing.T) {
	t.Run("works on another editor's post too", func(t *testing.T) {
		v := editorOf(t)
		p := storetest.Post(t, v.store, "Theirs", time.Time{})
		v.submit(path("posts", p.ID), "title", "Ours", "slug", p.Slug, "content", "New", "version", "1").wantTo(t, "/posts/1/edit")
		if got := v.postOf(p.ID); got.Title != "Ours" || got.Author != p.Author || got.Version != 2 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("keeps the second at which it was published", func(t *testing.T) {
		v := editorOf(t)
		at := v.site.now.Add(-time.Hour + 42*time.Second)
		p := storetest.Post(t, v.store, "Old", at)
		v.submit(path("posts", p.ID), fieldsOf(p, "published_at", "2026-03-10T12:00")...).want(t, 303)
		if got := v.postOf(p.ID); !got.PublishedAt.Equal(at) {
			t.Errorf("%v", got.PublishedAt)
		}
		v.submit(path("posts", p.ID), fieldsOf(v.postOf(p.ID), "published_at", "")...).want(t, 303)
		if got := v.postOf(p.ID); got.State(v.site.now) != domain.PostDraft {
			t.Errorf("%v", got.PublishedAt)
		}
	})
	t.Run("leads from the old address to the new one", func(t *testing.T) {
		v := editorOf(t)
		p := storetest.Post(t, v.store, "First", v.site.now)
		v.submit(path("posts", p.ID), "title", "First", "slug", "second", "content", "x", "version", "1", "published_at", "2026-03-10T13:00").want(t, 303)
		v.get("/blog/first").wantTo(t, "/blog/second")
	})
	t.Run("of a deleted post keeps what was typed", func(t *testing.T) {
		v := editorOf(t)
		a := v.submit("/posts/7", "title", "Written for hours", "content", "A long text", "version", "1")
		a.want(t, 404, "Written for hours", "A long text", `action="/posts"`)
	})
}

func TestPostInARow(t *testing.T) {
	v := editorOf(t)
	p := storetest.Post(t, v.store, "A post", time.Time{})
	v.get(path("posts", p.ID)).wantTo(t, "/posts/1/edit")
	v.byHtmx(func() {
		v.get(path("posts", p.ID)+"?part=row").wantRow(t, `id="post-1"`, "A post", "Draft")
		form := v.get(path("posts", p.ID) + "/edit?part=row")
		form.wantRow(t, `value="A post"`, `value="a-post"`, `name="published_at"`, "Publish now")
		form.wantLack(t, "textarea", `type="file"`)
		a := v.submit(path("posts", p.ID), "part", "row", "title", "Another", "slug", "", "published_at", "", "version", "1")
		a.wantRow(t, "Another", "/blog/another", "Draft", "Saved.")
		if got := v.postOf(p.ID); got.Content != p.Content {
			t.Errorf("the text became %q", got.Content)
		}
		v.submit(path("posts", p.ID), "part", "row", "title", "", "slug", "another", "published_at", "x", "version", "2").want(t, 422, "<tr", "An article needs a title.", "Enter a date and time")
		v.submit(path("posts", p.ID), "part", "row", "title", "Another", "slug", "another", "publish", "now", "version", "2").wantRow(t, "Published")
	})
}

func TestPostConflict(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		p := storetest.Post(t, v.store, "A post", time.Time{})
		newer := p
		newer.Title, newer.Content, newer.PublishedAt = "Theirs", "Their text", v.site.now
		if _, err := v.store.UpdatePost(t.Context(), newer, v.site.now); err != nil {
			t.Fatal(err)
		}
		mine := []string{"title", "Mine", "slug", "a-post", "content", "My text", "published_at", "2026-04-01T10:00"}
		a := v.submit(path("posts", p.ID), append(mine, "version", "1")...)
		a.want(t, 409, "Theirs", "Their text", `value="Mine"`, "My text", `value="2026-03-10T13:00"`, `value="2026-04-01T10:00"`, `name="version" value="2"`,
			`name="content.take"`)
		v.submit(path("posts", p.ID), append(mine, "version", "2", "title.take", "theirs", "content.take", "mine", "published_at.take", "theirs")...).wantTo(t, "/posts/1/edit")
		if got := v.postOf(p.ID); got.Title != "Theirs" || got.Content != "My text" || !got.PublishedAt.Equal(v.site.now) {
			t.Errorf("%+v", got)
		}
		a = v.submit(path("posts", p.ID), "part", "row", "title", "Row", "slug", "a-post", "published_at", "", "version", "1", "content", "x")
		a.want(t, 409, "Theirs", `value="Row"`)
	})
}

func TestPostDelete(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		p := storetest.Post(t, v.store, "A post", v.site.now)
		if a := v.submit(path("posts", p.ID) + "/delete"); v.htmx {
			a.want(t, 200, "Deleted “A post”.")
		} else {
			a.wantTo(t, "/posts")
		}
		v.submit(path("posts", p.ID)+"/delete").want(t, 404)
		v.get("/blog/a-post").want(t, 404)
		v.get("/posts").want(t, 200, "No articles yet")
	})
	t.Run("is in the audit log", func(t *testing.T) {
		v := editorOf(t)
		v.raw.Set("users", "role", "admin")
		storetest.Post(t, v.store, "A post", v.site.now)
		v.submit("/posts/1/delete").want(t, 303)
		v.get("/audit").want(t, 200, "a-post", "an article", "ann@example.com")
	})
}

func TestPostList(t *testing.T) {
	v := editorOf(t)
	storetest.Post(t, v.store, "Draft one", time.Time{})
	storetest.Post(t, v.store, "Ready one", v.site.now.Add(time.Hour))
	storetest.Post(t, v.store, "Old one", v.site.now.Add(-time.Hour))
	v.raw.Insert("post_views", map[string]any{"post_id": 3, "views": 12345})
	for query, titles := range map[string]string{"": "Draft one Ready one Old one", "?state=draft": "Draft one", "?state=scheduled": "Ready one",
		"?state=published": "Old one", "?q=READY": "Ready one", "?q=" + url.QueryEscape("text of old"): "Old one", "?state=nonsense&sort=views": "Draft one Old one"} {
		for _, part := range []string{"", "list"} {
			a := v.get("/posts" + strings.Replace(query+"&part="+part, "&", map[bool]string{true: "?", false: "&"}[query == ""], 1))
			for _, title := range []string{"Draft one", "Ready one", "Old one"} {
				if strings.Contains(titles, title) && !strings.Contains(a.body, title) || !strings.Contains(titles, title) && query != "?state=nonsense&sort=views" && strings.Contains(a.body, title+"<") {
					t.Errorf("%s: %s", query, title)
				}
			}
		}
	}
	v.get("/posts").want(t, 200, "12345", "Published", "Scheduled", "Draft", "3 articles")
	v.get("/posts?q=nothing").want(t, 200, "No article contains “nothing”")
	v.get("/posts?sort=views").want(t, 200, `aria-sort="descending"`)
}

func TestPostPreview(t *testing.T) {
	v := editorOf(t)
	a := v.submit("/posts/preview", "title", "A title", "content", "# Sub\n\n![a](https://evil.example/x.png)", "image", "cat.png")
	a.want(t, 200, "<h1", "A title", "<h2>Sub</h2>", `<a href="https://evil.example/x.png">a</a>`, "The image you chose")
	if got := a.Header().Get("Content-Security-Policy"); got != "sandbox; default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'self'" {
		t.Errorf("policy %q", got)
	}
	v.submit("/posts/preview", "title", evil, "content", evil+"[x](javascript:alert(1))", "image_alt", evil, "published_at", evil).wantLack(t, "<script>alert", "<b onmouseover", "javascript:")
}

func TestPostSlug(t *testing.T) {
	v := editorOf(t)
	storetest.Post(t, v.store, "Taken", v.site.now)
	v.htmx = true
	for query, want := range map[string]string{"?title=%D0%9C%D0%B8%D1%80": "/blog/mir", "?title=Taken": "/blog/taken-2", "?title=Taken&id=1": "/blog/taken<"} {
		v.get("/posts/slug"+query).want(t, 200, want)
	}
	for _, query := range []string{"", "?title=+", "?title=" + strings.Repeat("x", 2000)} {
		v.get("/posts/slug"+query).wantLack(t, "/blog/")
	}
}

// What strangers or editors wrote is escaped on every page for editors.
func TestPostsAreEscaped(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		p, err := v.store.CreatePost(t.Context(), domain.Post{Title: evil, Slug: "evil", Content: evil, Author: evil, Image: smallImage(), ImageAlt: evil}, v.site.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{"/posts", "/posts?part=list", "/posts?q=" + url.QueryEscape(evil), path("posts", p.ID) + "?part=row",
			path("posts", p.ID) + "/edit", path("posts", p.ID) + "/edit?part=row"} {
			if a := v.get(to); a.Code == 200 {
				a.wantEscaped(t)
			} else {
				a.wantTo(t, "/posts/1/edit")
			}
		}
		v.submit("/posts", "title", evil, "slug", evil, "content", evil, "image_alt", evil, "published_at", evil).wantEscaped(t)
	})
}
