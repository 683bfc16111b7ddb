package e2e

// readAndTouch lists what cannot be read or touched on a page in its present form, as JavaScript: text with a contrast below
// 4.5:1 (WCAG 2.2, 1.4.3), and on a phone what is smaller than 24 by 24 px without room around it (2.5.8). Links within a
// sentence may be as small as it is.
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
