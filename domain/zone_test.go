package domain_test

import (
	"slices"
	"testing"
	_ "time/tzdata" // as in the program, for machines without zone files

	"postrider/domain"
)

func TestZones(t *testing.T) {
	zones := domain.Zones()
	if len(zones) < 400 || !slices.IsSorted(zones) || len(slices.Compact(slices.Clone(zones))) != len(zones) {
		t.Errorf("%d zones, sorted %v; want at least 400, sorted, none twice", len(zones), slices.IsSorted(zones))
	}
	for _, want := range []string{"UTC", "Europe/Berlin", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata"} {
		if !slices.Contains(zones, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, name := range zones {
		if z, ok := domain.LoadZone(name); !ok || z.String() != name {
			t.Errorf("%q does not load", name)
		}
	}
}

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"UTC", "US/Pacific", "Asia/Calcutta", "Etc/GMT+12", "America/Port-au-Prince",
		"America/Argentina/Buenos_Aires", "W-SU"} {
		if _, ok := domain.LoadZone(name); !ok {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"", "Local", "local", "localtime", "utc", "europe/berlin", "posixrules", "posix/UTC",
		"right/Europe/Berlin", "Europe", "Europe/", "/Europe/Berlin", "Europe//Berlin", "Europe/../UTC", "../UTC",
		"Europe/./Berlin", "Europe\\Berlin", "Europe/Berlin\x00", "Europe/Berlin\n", " UTC", "Mars/Olympus", "+03:00",
		"/etc/localtime", "/usr/share/zoneinfo/UTC", "Ｕｔｃ", "Tzdata.zi"} {
		if _, ok := domain.LoadZone(name); ok {
			t.Errorf("%q is taken", name)
		}
	}
}
