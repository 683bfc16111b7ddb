package markdown_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
	"postrider/markdown"
)

// No text grows beyond its share of bytes, whatever it contains, and the work is bounded too: total allocation is the
// measure for it, because it does not depend on how busy the machine is.
func TestHostileTexts(t *testing.T) {
	texts := hostile(t, 20_000)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			checkOutput(t, texts[name])
			if n := allocated() - before; n > 100<<20 {
				t.Errorf("%d MB were allocated", n>>20)
			}
		})
	}
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// checkOutput fails if a letter or an article is longer than its text allows, or is refused without a reason.
func checkOutput(t *testing.T, in string) {
	t.Helper()
	most := max(100<<10, 2*len(in))
	html, text, err := markdown.Letter(t.Context(), in)
	refusedOr(t, err)
	page, err := markdown.Article(t.Context(), in)
	refusedOr(t, err)
	for _, out := range []string{html, text, page} {
		if len(out) > most {
			t.Errorf("%d bytes become %d", len(in), len(out))
		}
	}
}

func FuzzOutput(f *testing.F) { fuzz(f, checkOutput) }

// newsletter is a realistic letter of about that many bytes.
func newsletter(size int) string {
	const part = "## News of the week\n\nDear reader, **this week** we open the [new hall](https://shop.example/hall?from=letter) and the " +
		"garden behind it. Come *and see*, from nine to five; on Sunday “until seven”.\n\n" +
		"- Apples, see [the list](https://shop.example/apples)\n- Pears\n- Plums & cherries, https://shop.example/plums\n\n" +
		"> We have never had so many plums.\n> Ann\n\n| Day | Open |\n|---|---|\n| Monday | 9–17 |\n| Sunday | 9–19 |\n\n" +
		"![The hall](https://shop.example/hall.jpg)\n\nYours,\nAnn and all at the `shop`\n\n"
	return strings.Repeat(part, max(1, size/len(part)))
}

// Real texts are never refused, even if all of it is in one paragraph or on one line.
func TestUsualTexts(t *testing.T) {
	const line = "Read about our *new* offer_of_the_week in [the shop](https://shop.example/offers/%d?from=letter), as long as there is any (see also [1]). It costs `9` euros; write to ann%d@shop.example **today**."
	numbered := func(n int, form string) string {
		var out strings.Builder
		for i := range n {
			out.WriteString(strings.ReplaceAll(form, "%d", fmt.Sprint(i)))
		}
		return out.String()
	}
	for name, text := range map[string]string{
		"a long newsletter with hundreds of links": newsletter(100_000),
		"one of maximum length":                    newsletter(domain.MaxBody),
		"paragraphs":                               numbered(500, line+"\n\n"),
		"lines without blank lines between them":   numbered(500, line+"\n"),
		"a list":                                   numbered(500, "- "+line+"\n"),
		"one line":                                 numbered(500, line+" "),
		"Cyrillic":                                 strings.Repeat("Дорогие *друзья*, мы **открываемся** на [новом месте](https://почта.рф/привет)!\n\n", 700),
		"links by reference":                       numbered(1000, "See [the offer][%d].\n\n") + numbered(1000, "[%d]: https://shop.example/offers/%d \"Offer\"\n"),
		"one address by reference, again and again": "[shop]: https://shop.example/a/rather/long/address/as/they/are\n\n" + strings.Repeat("In the [shop].\n\n", 1000),
		"a list of addresses":                       numbered(1000, "ann%d@shop.example, "),
		"a table of a thousand rows":                "|a|b|c|\n|-|-|-|\n" + strings.Repeat("|1|*2*|[3](https://shop.example/)|\n", 1000),
		"code":                                      "```\n" + strings.Repeat("if (a[i] < b[j] && *p != '_') { a[i](b[j]); }\n", 2000) + "```\n",
		"unmarked code":                             strings.Repeat("if (a[i] < b[j] && *p != '_') { a[i](b[j]); }\n", 300),
		"checklists":                                strings.Repeat("[ ] one thing\n", 3000),
		"footnotes":                                 numbered(2000, "As was said[%d](see below), "),
		"blanks to fill in":                         strings.Repeat("Name: ____________________ Age: ______\n", 500),
		"stars in a row":                            strings.Repeat("*****************************************\n\nAnn\n\n", 500),
		"nested quotations":                         strings.Repeat("> > > Yes.\n> >\n> > No.\n>\n> Perhaps.\n\n", 500),
	} {
		t.Run(name, func(t *testing.T) {
			fragment(t, text)
			article(t, text)
		})
	}
}

// Each limit is exact.
func TestBounds(t *testing.T) {
	rows := func(n int) string { return "|a|b|\n|-|-|\n" + strings.Repeat("|1|2|\n", n-1) }
	deep := func(n int) string {
		return strings.Repeat("*a **b ", n/2) + "c" + strings.Repeat(" b** a*", n/2)
	}
	for _, c := range []struct {
		name    string
		fits    string
		tooMuch string
		why     string
	}{
		{"length", strings.Repeat("a\n", markdown.MaxSource/2), strings.Repeat("a\n", markdown.MaxSource/2) + "a", "too long"},
		{"cells of one table", rows(domain.MaxCells / 2), rows(domain.MaxCells/2 + 1), "cells"},
		{"cells of all tables", rows(domain.MaxCells/4) + "\n" + rows(domain.MaxCells/4), rows(domain.MaxCells/4) + "\n" + rows(domain.MaxCells/4+1), "cells"},
		{"nested emphasis", deep(domain.MaxMarksDeep), deep(2 * domain.MaxMarksDeep), "nested"},
		{"what references repeat", "[a]: u" + strings.Repeat("v", 1023) + "\n\n" + strings.Repeat("[a]\n", 100)[:399],
			"[a]: u" + strings.Repeat("v", 1023) + "\n\n" + strings.Repeat("[a]\n", 101)[:403], "repeat"},
		{"parts", strings.Repeat("a", 100_000) + strings.Repeat("\n\na", domain.MaxNodes/2-1), strings.Repeat("a", 100_000) + strings.Repeat("\n\na", domain.MaxNodes/2), "elements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, fits := markdown.Letter(t.Context(), c.fits)
			_, _, err := markdown.Letter(t.Context(), c.tooMuch)
			if _, inArticle := markdown.Article(t.Context(), c.tooMuch); err == nil || inArticle == nil {
				t.Fatalf("as a letter: %v; as an article: %v", err, inArticle)
			}
			refusedOr(t, err)
			if !strings.Contains(err.Error(), c.why) {
				t.Errorf("it is refused with %q", err)
			}
			if fits != nil && strings.Contains(fits.Error(), c.why) {
				t.Errorf("what just fits is refused with %q", fits)
			}
		})
	}
	t.Run("bytes of the result", func(t *testing.T) {
		paragraph := len("<p></p>\n")
		fits := strings.Repeat("<", (domain.FreeOutput-paragraph)/4)
		if out := fragment(t, fits); len(out) != domain.FreeOutput {
			t.Errorf("it has %d bytes", len(out))
		}
		if _, _, err := markdown.Letter(t.Context(), fits+"a"); !refusedOr(t, err) {
			t.Error("one more is not refused")
		}
	})
}

// The error says where the problem is.
func TestTooHeavyNamesTheLine(t *testing.T) {
	_, _, err := markdown.Letter(t.Context(), "One\n\ntwo\n\n"+strings.Repeat("[a](", 20_000))
	if !refusedOr(t, err) || !strings.Contains(err.Error(), "line 5 ") {
		t.Errorf("the error is %v", err)
	}
}

// fading is a context that ends after it has been asked that many times.
type fading struct {
	context.Context
	asked, ends int
}

func (f *fading) Err() error {
	if f.asked++; f.asked > f.ends {
		return context.Canceled
	}
	return nil
}

func TestRenderingStopsWithItsContext(t *testing.T) {
	in := newsletter(100_000)
	whole := &fading{Context: t.Context(), ends: 1 << 30}
	if _, _, err := markdown.Letter(whole, in); err != nil || whole.asked < 100 {
		t.Fatalf("it asks %d times: %v", whole.asked, err)
	}
	for _, ends := range []int{0, 1, 5, whole.asked / 2} {
		f := &fading{Context: t.Context(), ends: ends}
		if _, _, err := markdown.Letter(f, in); !errors.Is(err, context.Canceled) {
			t.Errorf("the letter, after %d: %v", ends, err)
		}
		if f.asked > ends+1 {
			t.Errorf("it goes on: asked %d times instead of %d", f.asked, ends+1)
		}
		if _, err := markdown.Article(&fading{Context: t.Context(), ends: ends}, in); !errors.Is(err, context.Canceled) {
			t.Errorf("the article, after %d: %v", ends, err)
		}
	}
}

func BenchmarkUsual(b *testing.B) {
	for name, size := range map[string]int{"6KB": 6_000, "100KB": 100_000} {
		in := newsletter(size)
		b.Run("letter/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fragment(b, in)
			}
		})
		b.Run("article/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				article(b, in)
			}
		})
	}
}
