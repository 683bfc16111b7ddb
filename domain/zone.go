package domain

import (
	_ "embed"
	"strings"
	"time"
)

//go:embed zones.txt
var zonesText string

// Zones lists the time zones to choose from, by name: those that the IANA time zone database assigns to a country, and
// UTC.
func Zones() []string {
	var zones []string
	for line := range strings.Lines(zonesText) {
		if !strings.HasPrefix(line, "#") {
			zones = append(zones, strings.TrimSpace(line))
		}
	}
	return zones
}

// LoadZone returns the time zone of an IANA name, including old ones like US/Pacific; false when there is none. "Local"
// is rejected, because it differs between machines.
func LoadZone(name string) (*time.Location, bool) {
	if name == "Local" || !hasZoneForm(name) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// hasZoneForm reports whether name looks like one in the IANA time zone database. It lets no path through, nor the
// other files that systems keep next to the zones, like localtime, posixrules and right/UTC, which counts leap seconds.
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
