package markdown

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	renderer "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// bare is goldmark as configured in converter, without any budget.
func bare() goldmark.Markdown {
	var blocks, inlines []util.PrioritizedValue
	for _, b := range parser.DefaultBlockParsers() {
		if b.Priority != 900 { // HTML
			blocks = append(blocks, b)
		}
	}
	for _, i := range parser.DefaultInlineParsers() {
		if i.Priority != 400 { // HTML
			inlines = append(inlines, i)
		}
	}
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(inlines...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))),
		goldmark.WithRendererOptions(renderer.WithHardWraps()),
		goldmark.WithExtensions(extension.Strikethrough, extension.Linkify,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))))
}

// Counting does not change the result of any text.
func TestCountingChangesNothing(t *testing.T) {
	for _, in := range usual(t) {
		root, err := parse(t.Context(), []byte(in))
		if err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		var with, without bytes.Buffer
		if err := converter().Renderer().Render(&with, []byte(in), root); err != nil {
			t.Fatal(err)
		}
		if err := bare().Convert([]byte(in), &without); err != nil {
			t.Fatal(err)
		}
		if lost := strings.Contains(in, "u\n(\n  [a]"); with.String() != without.String() && !lost { // goldmark drops a line of these
			t.Errorf("%q\nwith a budget %q\n   without one %q", in, with.String(), without.String())
		}
	}
}

// usual are texts with everything Markdown has, link definitions in particular, and the raw lines of the file of
// hostile texts.
func usual(t *testing.T) []string {
	t.Helper()
	all := []string{
		"[a]: u\n[b]: v \"t\"\n[c]: w\n'x'\n[d]: <y z> (t\nu)\ntext [a] [b] [c] [d]", "[a]: u\ntext\n[b]: v\n\n[a] [b]",
		"[a]:\nu\n\n[a]", "[a\nb]: u\n\n[a b]", "  [a]: u\n   [b]: v\n\n[a][b]", "[a]: u \"t\n[b]: v\n\n[a] [b]", "[a]: u 't\nx\n\n[a]",
		"[a]: u\n===\n\n[a]", "[a]: u\n|x|y|\n|-|-|\n|1|[a]|", "- [a]: u\n- b\n\n[a]", "- [a]: u\n  text\n- [b]: v\n\n  b\n\n[a] [b]", "> [a]: u\n> [b]: v\n\n[a] [b]",
		"[a]: u\n[not one\n[b]: v\n\n[b]", "[]: u\n\n[]", "[a]: \n\n[a]", "[a]: u x\n[b]: v\n\n[a] [b]", "[a]: u\n\n[a]: v\n\n[A]", "![a][b] [b][] ![b]\n\n[b]: /u",
		"# [a]\n\n[a]: u", "a\n[b]: u\n\n[b]", "[a]: u\n(\n[b]: v\n\n[a] [b]",
		"*a **b*** ***c* d** _e_f_ __g__ ~~h~~ ~i~ **a*b*c** 2 * 3 * 4", "`a` ``b ` c`` `d", "[a](b (c)) [a](<b c> 'd') [a](b\n\"c\") [a [b](c) d](e) ![a ![b](c)](d)",
		"<https://x.com> <a@x.com> https://x.com/(a) www.x.com. (a@x.com) *b@x.com*", "|a|b|\n|:-|-:|\n|`\\|`|c|\n|d|\n\ntext\n|a|\n|-|", "1. a\n\n   b\n2. - c\n     > d",
	}
	file, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(file)); lines.Scan(); {
		_, line, _ := strings.Cut(lines.Text(), " ")
		line = strings.NewReplacer(`\n`, "\n", `"`, "", `\"`, `"`).Replace(line)
		all = append(all, line, strings.Repeat(line, 5))
	}
	return all
}
