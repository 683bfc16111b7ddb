package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"postrider/domain"
	"postrider/store/storetest"
)

func TestPostDelete(t *testing.T) {
	asBothEditors(t, func(t *testing.T, v visit) {
		p := storetest.Post(t, v.store, "A post", v.site.now)
		if a := v.post(path("posts", p.ID) + "/delete"); v.htmx {
			a.want(t, 200, "Deleted “A post”.")
		} else {
			a.wantTo(t, "/posts")
		}
		v.post(path("posts", p.ID)+"/delete").want(t, 404)
		v.get("/blog/a-post").want(t, 404)
		v.get("/posts").want(t, 200, "No articles yet")
	})
	t.Run("stands in the audit log", func(t *testing.T) {
		v := editorOf(t)
		v.exec(`UPDATE users SET role = 'admin'`)
		storetest.Post(t, v.store, "A post", v.site.now)
		v.post("/posts/1/delete").want(t, 303)
		v.get("/audit").want(t, 200, "a-post", "an article", "ann@example.com")
	})
}

func TestPostList(t *testing.T) {
	v := editorOf(t)
	storetest.Post(t, v.store, "Draft one", time.Time{})
	storetest.Post(t, v.store, "Ready one", v.site.now.Add(time.Hour))
	storetest.Post(t, v.store, "Old one", v.site.now.Add(-time.Hour))
	v.exec(`INSERT INTO post_views (post_id, views) VALUES (3, 12345)`)
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
	v.get("/posts?q=nothing").want(t, 200, "No article has “nothing”")
	v.get("/posts?sort=views").want(t, 200, `aria-sort="descending"`)
}

func TestPostPreview(t *testing.T) {
	v := editorOf(t)
	a := v.post("/posts/preview", "title", "A title", "content", "# Sub\n\n![a](https://evil.example/x.png)", "image", "cat.png")
	a.want(t, 200, "<h1", "A title", "<h2>Sub</h2>", `<a href="https://evil.example/x.png">a</a>`, "The picture that you have chosen")
	if got := a.Header().Get("Content-Security-Policy"); got != "sandbox; default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'self'" {
		t.Errorf("policy %q", got)
	}
	v.post("/posts/preview", "title", evil, "content", evil+"[x](javascript:alert(1))", "image_alt", evil, "published_at", evil).wantLack(t, "<script>alert", "<b onmouseover", "javascript:")
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

// What strangers or editors may have written is text on every page of the editors.
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
		v.post("/posts", "title", evil, "slug", evil, "content", evil, "image_alt", evil, "published_at", evil).wantEscaped(t)
	})
}
