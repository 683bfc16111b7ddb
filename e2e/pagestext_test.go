package e2e

import (
	"regexp"
	"strings"

	"postrider/locale"
)

// lookOver lists what is wrong with a page in its present form, as JavaScript.
const lookOver = `(() => {
	const wrong = [], root = document.documentElement;
	if (root.scrollWidth > innerWidth) {
		const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
		wrong.push("it is " + root.scrollWidth + " wide in a window of " + innerWidth + ", by " + (wide.pop()?.outerHTML.slice(0, 120)));
	}
	for (const e of document.querySelectorAll(".sheet")) {
		if (e.scrollWidth > e.clientWidth) wrong.push("a list is cut off: " + e.innerText.slice(0, 60));
	}
	for (const e of document.querySelectorAll("button, .button, .badge")) {
		if (e.checkVisibility() && e.scrollWidth > e.clientWidth + 1) wrong.push("a text does not fit: " + e.textContent);
	}
	const titles = document.querySelectorAll("h1").length;
	if (titles !== 1) wrong.push(titles + " h1");
	if (!["en", "ru"].includes(root.lang)) wrong.push("lang is " + root.lang);
	for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
		const label = e.getAttribute("aria-label") || [...e.labels].map(l => l.textContent).join("");
		if (!label.trim()) wrong.push("no label: " + e.outerHTML.slice(0, 120));
	}
	for (const e of document.querySelectorAll("button, a")) {
		if (!(e.getAttribute("aria-label") || e.textContent).trim()) wrong.push("no text: " + e.outerHTML.slice(0, 120));
	}
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) wrong.push("two things with the id " + id);
	return wrong;
})()`

// allTexts lists what can be read on a page, and what is read out, as JavaScript. What authors of articles have written is
// left out: it is in their language.
const allTexts = `(() => {
	const written = ".article-text, .article-head :is(h1, .wrap), .article-image, .post-card :is(h2, h3, .wrap), .article-others .wrap";
	const texts = document.querySelector(".article-head") ? [] : [document.title.replace(/ – Postrider$/, "")];
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT,
		n => n.parentElement.closest(written + ", script, pre, option[value*='/']") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
	while (walker.nextNode()) texts.push(walker.currentNode.data);
	for (const e of [...document.querySelectorAll("[aria-label], [placeholder], [title], [data-label], [hx-confirm], [alt]")].filter(e => !e.closest(written))) {
		for (const name of ["aria-label", "placeholder", "title", "data-label", "hx-confirm", "alt"]) texts.push(e.getAttribute(name) || "");
	}
	return [...new Set(texts.map(text => text.trim()).filter(text => text !== ""))];
})()`

var number = regexp.MustCompile(`\d+`)

// readRussian finds what is not translated on a page in Russian.
func (v tour) readRussian(page string) {
	v.t.Helper()
	for _, text := range eval[[]string](v.browser, allTexts) {
		if translatable(text) {
			v.t.Errorf("%s in Russian says %q", page, text)
		}
	}
}

// translatable reports whether an English text has a Russian one. Its numbers may have been written into it.
func translatable(text string) bool {
	p := locale.For(locale.Russian, nil)
	if p.T(text) != text {
		return true
	}
	numbers := number.FindAllString(text, -1)
	if len(numbers) == 0 {
		return false
	}
	args := make([]any, len(numbers))
	for i := range args {
		args[i] = 7
	}
	key := number.ReplaceAllString(strings.ReplaceAll(text, "%", "%%"), "%d")
	return p.T(key, args...) != locale.For(locale.English, nil).T(key, args...)
}
