package views

import (
	"maps"
	"net/url"
)

// Paging is the position of a page within a list.
type Paging struct {
	Path  string     // of the list
	Query url.Values // the search and filters, kept from page to page
	Next  string     // cursor of the next page; "" on the last
	Later bool       // this is not the first page
	Total int        // rows on all pages
}

// link is the list with changed values in its query. It leaves out empty ones.
func (p Paging) link(changes map[string]string) string {
	q := url.Values{}
	maps.Copy(q, p.Query)
	for name, value := range changes {
		q.Set(name, value)
	}
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return p.Path
	}
	return p.Path + "?" + q.Encode()
}

// next is the link to the next page; "" if there is none.
func (p Paging) next() string {
	if p.Next == "" {
		return ""
	}
	return p.link(map[string]string{"after": p.Next})
}

// first is the link back to the first page; "" if this is it.
func (p Paging) first() string {
	if !p.Later {
		return ""
	}
	return p.link(map[string]string{"after": ""})
}
