package domain

import (
	_ "embed"
	"strings"
	"time"
)

//go:embed zones.txt
var zonesText string

// Zones lists the time zones that people are offered: those that the IANA time zone database gives for a country, and
// UTC, by name.
func Zones() []string {
	var zones []string
	for line := range strings.Lines(zonesText) {
		if !strings.HasPrefix(line, "#") {
			zones = append(zones, strings.TrimSpace(line))
		}
	}
	return zones
}

// LoadZone gives the time zone of an IANA name, also of an old one like US/Pacific; false when there is none. "Local" is
// none: it is another zone on another machine.
func LoadZone(name string) (*time.Location, bool) {
	if name == "Local" || !hasZoneForm(name) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// hasZoneForm reports whether name looks like those in the IANA time zone database. It lets no path through, and none of
// the other files that systems keep beside the zones, like localtime, posixrules and right/UTC, which counts leap seconds.
func hasZoneForm(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] < 'A' || part[0] > 'Z' || strings.ContainsFunc(part, notInZone) {
			return false
		}
	}
	return true
}

func notInZone(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_+-", r)
}
