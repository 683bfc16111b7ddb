package handlers

import (
	"context"
	"time"
)

// RouteLines are the routes of the table, as "GET /clients/:id", with the access group of each.
func (s *Server) RouteLines() map[string]string {
	lines := map[string]string{}
	for _, r := range s.routes() {
		lines[r.method+" "+r.path] = string(r.who)
	}
	return lines
}

// HoldRender takes a place for a text of a user, until end is called.
func (s *Server) HoldRender(user int64) (end func()) {
	end, err := s.renders.begin(context.Background(), user)
	if err != nil {
		panic(err)
	}
	return end
}

// SetRenderWait is how long a text waits for a place to be laid out.
func (s *Server) SetRenderWait(d time.Duration) { s.renders.wait = d }

// SetPageTime is how long a page may take.
func (s *Server) SetPageTime(d time.Duration) { s.pageTime = d }

// PlacesTaken is how many users and teams have requests.
func (s *Server) PlacesTaken() int {
	s.places.mu.Lock()
	defer s.places.mu.Unlock()
	return len(s.places.of)
}

// Uncounted are the paths of the POSTs that are never too many.
var Uncounted = uncounted
