package e2e

import (
	"regexp"
	"strings"

	"postrider/locale"
)

// readAndTouch is JavaScript that lists what cannot be read or touched on a page as displayed: text with a contrast below 4.5:1 (WCAG 2.2,
// 1.4.3), and on a phone targets smaller than 24 by 24 px without room around them (2.5.8). Links within a sentence are exempt.
const readAndTouch = `(() => {
	const wrong = [], shown = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
	const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	const known = new Map();
	const rgba = color => {
		if (!known.has(color)) {
			canvas.clearRect(0, 0, 1, 1);
			canvas.fillStyle = color;
			canvas.fillRect(0, 0, 1, 1);
			const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
			known.set(color, [r, g, b, a / 255]);
		}
		return known.get(color);
	};
	const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
	const ground = e => {
		if (!e) return [255, 255, 255];
		const color = rgba(getComputedStyle(e).backgroundColor);
		return color[3] === 1 ? color.slice(0, 3) : over(color, ground(e.parentElement));
	};
	const light = color => {
		const [r, g, b] = color.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
	const check = (e, color, what) => {
		const under = ground(e), ratio = contrast(over(rgba(color), under), under);
		if (ratio < 4.5) wrong.push("contrast " + ratio.toFixed(2) + " of " + what.slice(0, 60));
	};
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const e = texts.currentNode.parentElement, text = texts.currentNode.data.trim();
		if (text && shown(e) && !e.closest("option, noscript, script, template")) check(e, getComputedStyle(e).color, text);
	}
	for (const e of document.querySelectorAll("input, select, textarea")) {
		if (!shown(e) || e.matches("[type=hidden], [type=radio], [type=checkbox]")) continue;
		check(e, getComputedStyle(e).color, e.outerHTML);
		if (e.placeholder) check(e, getComputedStyle(e, "::placeholder").color, e.placeholder);
	}

	if (innerWidth > 400) return wrong;
	const near = (r, p) => Math.hypot(p.x - Math.max(r.left, Math.min(p.x, r.right)), p.y - Math.max(r.top, Math.min(p.y, r.bottom)));
	const inSentence = e => e.matches("a") && getComputedStyle(e).display === "inline" &&
		[...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.data.trim());
	const targets = [...document.querySelectorAll("a, button, select, summary, textarea, input:not([type=hidden])")]
		.filter(e => shown(e) && !e.matches(".skip"))
		.map(e => ({ e, r: (e.matches("[type=radio], [type=checkbox]") && e.closest("label") || e).getBoundingClientRect() }));
	for (const { e, r } of targets) {
		if (r.width >= 24 && r.height >= 24 || inSentence(e)) continue;
		const middle = { x: r.left + r.width / 2, y: r.top + r.height / 2 };
		const crowd = targets.find(other => other.e !== e && near(other.r, middle) < 12);
		if (crowd) wrong.push("too small to touch beside " + crowd.e.outerHTML.slice(0, 60) + ": " + e.outerHTML.slice(0, 100));
	}
	return wrong;
})()`

// lookOver is JavaScript that lists what is wrong with a page as displayed.
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

// allTexts is JavaScript that lists the texts on a page, including those only read out. It leaves out what authors of articles wrote: that
// is in their language.
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

// readRussian finds untranslated texts on a Russian page.
func (v tour) readRussian(page string) {
	v.t.Helper()
	for _, text := range eval[[]string](v.browser, allTexts) {
		if translatable(text) {
			v.t.Errorf("%s in Russian says %q", page, text)
		}
	}
}

// translatable reports whether an English text has a Russian one. Numbers may be filled into it.
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
