package handlers

// RouteLines are the routes of the table, as "GET /clients/:id", with the access group of each.
func (s *Server) RouteLines() map[string]string {
	lines := map[string]string{}
	for _, r := range s.routes() {
		lines[r.method+" "+r.path] = string(rune(r.who))
	}
	return lines
}
