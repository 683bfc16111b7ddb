package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a tab of a headless Chromium that shows the pages of one program.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string // address of the program

	mu      sync.Mutex
	dialogs []string // dialogs that were shown and answered with yes
	faults  []string // complaints of the console and the content security policy
}

// browserZone is the browser's time zone, which differs from the program's.
const browserZone = "Europe/Berlin"

// browserPath finds a browser. Without one the test is skipped, or fails if POSTRIDER_BROWSER=required.
func browserPath(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	without := "no browser was found on PATH: install one of " + strings.Join(names, ", ")
	if os.Getenv("POSTRIDER_BROWSER") == "required" {
		t.Fatal(without)
	}
	t.Skip("skipped: " + without)
	return ""
}

// browsers are the running Chromiums, one per language, shared by all tests: starting one takes a second of two processors.
type browsers struct {
	mu   sync.Mutex
	byIn map[string]context.Context
	stop []func()
}

var shared = browsers{byIn: map[string]context.Context{}}

// in returns the browser for a language. close ends all of them.
func (bs *browsers) in(t *testing.T, lang string) context.Context {
	t.Helper()
	path := browserPath(t)
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if ctx, ok := bs.byIn[lang]; ok {
		return ctx
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], // with a user data directory of its own
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", lang), chromedp.Flag("accept-lang", lang), chromedp.Env("TZ="+browserZone),
		// Keep the frames of letters in the page's process, where a test can read them.
		chromedp.Flag("disable-features", "IsolateSandboxedIframes,Translate"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		stop()
		t.Fatalf("the browser does not start: %v", err)
	}
	bs.byIn[lang], bs.stop = ctx, append(bs.stop, closeBrowser, stop)
	return ctx
}

func (bs *browsers) close() {
	for _, stop := range bs.stop {
		stop()
	}
}

// browse opens a tab with its own cookies and storage in that language. When the test ends, any complaint of the console fails it.
func browse(t *testing.T, url, lang string) *browser {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(shared.in(t, lang), chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	b := &browser{t: t, ctx: ctx, url: url}
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { // as if its window had the focus
		_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatalf("the browser opens no tab: %v", err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.complain)
	return b
}

// listen receives the events of the tab. It must not block.
func (b *browser) listen(event any) {
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		b.mu.Lock()
		b.dialogs = append(b.dialogs, e.Message)
		b.mu.Unlock()
		go func() {
			_, err := chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			if err != nil {
				b.fault("the dialog cannot be answered: " + err.Error())
			}
		}()
	case *runtime.EventExceptionThrown:
		b.fault((&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			b.fault(fmt.Sprintf("console.error: %s %s", e.Args[0].Value, e.Args[0].Description))
		}
	case *log.EventEntryAdded:
		// A 422 is a mistake in a form, but the console lists it too.
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "status of 422") {
			b.fault(fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

func (b *browser) fault(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, text)
}

// blamed reports whether a complaint contains text.
func (b *browser) blamed(text string) bool {
	b.is("true") // waits until all earlier complaints have arrived
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.faults, func(f string) bool { return strings.Contains(f, text) })
}

// forgive drops the complaints that contain text, which the test caused on purpose.
func (b *browser) forgive(text string) {
	b.is("true") // waits until all earlier complaints have arrived
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.faults[:0]
	for _, f := range b.faults {
		if !strings.Contains(f, text) {
			kept = append(kept, f)
		}
	}
	b.faults = kept
}

func (b *browser) complain() {
	b.is("true")
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Errorf("the browser complains: %s", f)
	}
}

// do runs an action with the test's patience as its time limit.
func do[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, action)
	if err != nil {
		b.fail(err.Error())
	}
	return out
}

// open opens a page of the program.
func (b *browser) open(path string) {
	b.t.Helper()
	do(b, chromedp.Navigate(b.url+path))
}

// is evaluates a JavaScript condition. It is false while the browser leaves the page.
func (b *browser) is(condition string) bool {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")"))
	return err == nil && yes
}

// eval evaluates JavaScript on the page.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	return do(b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// until waits until a JavaScript condition holds.
func (b *browser) until(condition string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !b.is(condition); {
		if time.Now().After(deadline) {
			b.fail("waited in vain for: " + condition)
		}
		do(b, chromedp.Sleep(20*time.Millisecond))
	}
}

// see waits until the page shows the text.
func (b *browser) see(text string) {
	b.t.Helper()
	b.until("document.body.innerText.includes(" + quote(text) + ")")
}

// find is JavaScript for the visible element that matches the selector and, unless it is "", has the text or label.
func find(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find(e => e.checkVisibility() &&
		[e.textContent.trim(), e.getAttribute("aria-label"), ""].includes(%s))`, quote(selector), quote(text))
}

// click waits until a page's scripts have loaded and an element is not covered, and clicks it with the mouse.
func (b *browser) click(selector, text string) {
	b.t.Helper()
	at := fmt.Sprintf(`(e => {
		e?.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e?.getClientRects()[0], x = r?.x + r?.width / 2, y = r?.y + r?.height / 2;
		return r && document.readyState === "complete" && e.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
	})(%s)`, find(selector, text))
	for deadline := time.Now().Add(patience); ; {
		if point := do(b, chromedp.Evaluate[[]float64](at)); len(point) == 2 {
			do(b, chromedp.MouseClickXY(point[0], point[1]))
			return
		}
		if time.Now().After(deadline) {
			b.fail("waited in vain to click: " + find(selector, text))
		}
		do(b, chromedp.Sleep(20*time.Millisecond))
	}
}

// fill replaces the text of a field by typing.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	// Typing triggers the scripts. Find and focus in one step: the page may change between two.
	b.until(fmt.Sprintf(`document.readyState === "complete" && (e => e && (e.focus(), e.select(), document.activeElement === e))(%s)`,
		find(selector, "")))
	do(b, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// choose sets a select, or a field with its own picker, as a user would.
func (b *browser) choose(selector, value string) {
	b.t.Helper()
	b.until(find(selector, ""))
	b.until(fmt.Sprintf(`(e => { e.value = %s; return e.value === %[1]s && ["input", "change"].every(
		name => e.dispatchEvent(new Event(name, { bubbles: true }))) })(%s)`, quote(value), find(selector, "")))
}

// press presses a key where the focus is.
func (b *browser) press(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	do(b, chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// frame is the text in the page's frame. It is read from the DOM, because scripts do not run in the frame.
func (b *browser) frame() string {
	b.t.Helper()
	object := eval[*runtime.RemoteObject](b, `document.querySelector("iframe")`)
	depth, pierce := int64(-1), true
	node := do(b, func(ctx context.Context, t *chromedp.Target) (dom.DescribeNodeResult, error) {
		return cdp.Call(ctx, t, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: object.ObjectID, Depth: &depth, Pierce: &pierce})
	}).Node
	if node.ContentDocument == nil {
		return ""
	}
	return treeText(node.ContentDocument)
}

func treeText(n *cdp.Node) string {
	text := ""
	if n.NodeName == "#text" {
		text = n.NodeValue
	}
	for _, child := range n.Children {
		if child.NodeName != "STYLE" {
			text += treeText(child)
		}
	}
	return text
}

// seeInFrame waits until the page's frame shows the text.
func (b *browser) seeInFrame(text string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(b.frame(), text); {
		if time.Now().After(deadline) {
			b.fail(fmt.Sprintf("the frame does not show %q but %q", text, b.frame()))
		}
		do(b, chromedp.Sleep(20*time.Millisecond))
	}
}

// asked reports whether a dialog with the text was shown and answered with yes.
func (b *browser) asked(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.dialogs {
		if strings.Contains(d, text) {
			return true
		}
	}
	return false
}

// fail ends the test and saves what the page looked like.
func (b *browser) fail(why string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	kept := ""
	file := filepath.Join(b.t.ArtifactDir(), "page.png")
	if image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil && os.WriteFile(file, image, 0o600) == nil {
		kept = "screenshot, kept with go test -artifacts: " + file
	}
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](
		`document.querySelectorAll("option:not(:checked)").forEach(o => o.remove()), location.href + "\n" + document.body.innerText`))
	b.t.Fatalf("%s\n%s\nthe page: %s", why, kept, text)
}

// quote writes a text as a JavaScript string.
func quote(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}
