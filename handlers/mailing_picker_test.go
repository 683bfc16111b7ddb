package handlers_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postrider/domain"
)

var (
	chosenClient = regexp.MustCompile(`<input type="(?:checkbox|hidden)" name="client_ids" value="(\d+)"( checked)?`)
	listedClient = regexp.MustCompile(`type="checkbox" name="client_ids"`)
)

// picks are the ids of the clients that a form would send, sorted.
func (a answer) picks() (ids []string) {
	for _, found := range chosenClient.FindAllStringSubmatch(a.body, -1) {
		if found[2] != "" || strings.Contains(found[0], "hidden") {
			ids = append(ids, found[1])
		}
	}
	slices.Sort(ids)
	return ids
}

func TestSelectMany(t *testing.T) {
	setUp := func(v visit, n int) (ids []string) {
		for i := range n {
			ids = append(ids, num(v.client(fmt.Sprintf("c%03d@example.com", i)).ID))
		}
		slices.Sort(ids)
		return ids
	}
	t.Run("picks all at once, of which a form lists some and carries the others along", func(t *testing.T) {
		asBoth(t, func(t *testing.T, v visit) {
			ids := setUp(v, 250)
			a := v.submit("/mailings/picker", "select", "all", "name", "Typed")
			a.want(t, 200, "<output data-count>250</output>", "Select all 250", "more are selected")
			if got := a.picks(); !slices.Equal(got, ids) {
				t.Errorf("%d are picked", len(got))
			}
			if n := len(listedClient.FindAllString(a.body, -1)); n > 200 {
				t.Errorf("%d are listed", n)
			}
			v.wantWhole(t, a)
			if !v.htmx {
				a.want(t, 200, `value="Typed"`, `value="clients" id="mailing-new-audience-1" checked`)
			}
		})
	})
	t.Run("adds those that match and can be written to, beside those that are picked", func(t *testing.T) {
		v := ann(t)
		ids := setUp(v, 12)
		v.raw.Set("clients", "undeliverable_at", 1, "id", ids[0])
		other := v.client("other@example.com")
		a := v.submit("/mailings/picker", "select", "all", "find", "c0", "client_ids", num(other.ID))
		a.want(t, 200, "Select all 11 that match", "<output data-count>12</output>", "Undeliverable")
		if got := a.picks(); slices.Contains(got, ids[0]) || !slices.Contains(got, num(other.ID)) || len(got) != 12 {
			t.Errorf("picked %v", got)
		}
	})
	t.Run("picks none", func(t *testing.T) {
		v := ann(t)
		ids := setUp(v, 3)
		a := v.submit("/mailings/picker", "select", "none", "client_ids", ids[0], "client_ids", ids[1])
		a.want(t, 200, "<output data-count>0</output>")
		if got := a.picks(); len(got) != 0 {
			t.Errorf("picked %v", got)
		}
	})
}

// TestNoEnd says how long a run without an end may take.
func TestNoEnd(t *testing.T) {
	v := ann(t)
	v.client("own@example.com")
	v.get("/mailings/new").want(t, 200, "Without an end, a send stops when the next one starts, or after 5 days if it is the last.")
	m := v.mailing("2026-03-11T09:00", "")
	v.get(path("mailings", m.ID)).wantLack(t, "a send stops after 5 days")
	v.raw.Set("mailings", "periodicity", string(domain.Once), "id", m.ID)
	v.get(path("mailings", m.ID)).want(t, 200, "none; a send stops after 5 days")
}
