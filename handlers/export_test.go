package handlers

import (
	"context"
	"time"
)

// RouteLines returns the routes of the table, as "GET /clients/:id", with the access group of each.
func (s *Server) RouteLines() map[string]string {
	lines := map[string]string{}
	for _, r := range s.routes() {
		lines[r.method+" "+r.path] = string(r.who)
	}
	return lines
}

// HoldRender takes a rendering slot of a user until end is called.
func (s *Server) HoldRender(user int64) (end func()) {
	end, err := s.renders.begin(context.Background(), user)
	if err != nil {
		panic(err)
	}
	return end
}

// SetRenderWait sets how long a text waits for a rendering slot.
func (s *Server) SetRenderWait(d time.Duration) { s.renders.wait = d }

// SetPageTime sets how long a page may take.
func (s *Server) SetPageTime(d time.Duration) { s.pageTime = d }

// PlacesTaken is how many users and teams have requests under way.
func (s *Server) PlacesTaken() int {
	s.places.mu.Lock()
	defer s.places.mu.Unlock()
	return len(s.places.of)
}

// Uncounted are the paths of the POSTs that are never rate limited.
var Uncounted = uncounted
