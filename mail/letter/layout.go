package letter

import (
	"strings"
	"unicode"
)

// The layout is one column of 600 pixels. Styles are set on the elements, because Gmail drops most others; the few
// rules in the head are for mail programs that support dark colors. Outlook for Windows does not support max-width and
// gets a table.
const (
	opening = `<!DOCTYPE html>
<html lang="`
	title = `">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>`
	top = `</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page, .column { background: #17191c !important; color: #e4e6e8 !important; }
  .column a { color: #8ab8f5 !important; }
  .column pre, .column code, .column th { background: #24272b !important; }
  .column blockquote { color: #b4b9bf !important; }
  .column blockquote, .column th, .column td, .column hr { border-color: #4b5157 !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#ffffff;color:#1f2328">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<div class="column" style="max-width:600px;margin:0 auto;padding:24px 16px;background:#ffffff;color:#1f2328;` +
		`font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;` +
		`overflow-wrap:break-word">
`
	bottom = `</div>
<!--[if mso]></td></tr></table><![endif]-->
</body>
</html>
`
	mono = `font-family:Consolas,Menlo,monospace;font-size:14px;background:#f3f4f6`
)

// document is the whole HTML of a letter.
func document(language string, subject, fragment pieces) pieces {
	out := literal(opening + language + title)
	out = append(out, subject...)
	out = append(out, literal(top)...)
	out = append(out, fragment...)
	return append(out, literal(bottom)...)
}

// styled sets styles on the elements of a fragment. In the output of package markdown, a < always begins a tag.
func styled(fragment string) string {
	styles := []string{
		"p", "margin:0 0 16px",
		"h1", "margin:0 0 16px;font-size:26px;line-height:1.25",
		"h2", "margin:24px 0 12px;font-size:21px;line-height:1.3",
		"h3", "margin:24px 0 8px;font-size:18px;line-height:1.35",
		"h4", "margin:16px 0 8px;font-size:16px",
		"h5", "margin:16px 0 8px;font-size:16px",
		"h6", "margin:16px 0 8px;font-size:16px",
		"a", "color:#0b5cad",
		"img", "max-width:100%;height:auto;border:0",
		"ul", "margin:0 0 16px;padding:0 0 0 24px",
		"ol", "margin:0 0 16px;padding:0 0 0 24px",
		"li", "margin:0 0 4px",
		"blockquote", "margin:0 0 16px;padding:0 0 0 14px;border-left:3px solid #c4c9d0;color:#57606a",
		"pre", "margin:0 0 16px;padding:12px;white-space:pre-wrap;" + mono,
		"code", mono,
		"hr", "margin:24px 0;border:0;border-top:1px solid #c4c9d0",
		"table", "margin:0 0 16px;border-collapse:collapse",
		"th", "padding:6px 10px;border:1px solid #c4c9d0;background:#f3f4f6",
		"td", "padding:6px 10px;border:1px solid #c4c9d0",
	}
	var pairs []string
	for i := 0; i < len(styles); i += 2 {
		element, style := "<"+styles[i], ` style="`+styles[i+1]+`"`
		pairs = append(pairs, element+">", element+style+">", element+" ", element+style+" ")
	}
	return strings.NewReplacer(pairs...).Replace(fragment)
}

// language guesses the language of a text from its script, for screen readers and hyphenation: Russian or English, the
// service's languages. Names and links put many Latin letters into Russian texts too.
func language(text string) string {
	cyrillic, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.IsLetter(r):
			other++
		}
	}
	if 3*cyrillic > other {
		return "ru"
	}
	return "en"
}
