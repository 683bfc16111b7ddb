package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// frame is the text that the page's frame shows. It is read from the document's tree: scripts do not run in there.
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

// asked reports whether a dialog with the text has come up, and was answered with yes.
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

// fail ends the test and leaves what the page looked like.
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
