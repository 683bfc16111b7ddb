package domain_test

import (
	"testing"

	"postrider/domain"
)

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost:8080": true, "127.0.0.1": true, "127.9.9.9:25": true, "::1": true, "[::1]": true, "[::1]:8080": true,
		"::ffff:127.0.0.1": true, "": false, "localhost.example.com": false, "example.com:80": false, "10.0.0.1": false, "0.0.0.0": false,
		"127.0.0.1.example.com": false, "[::]:80": false,
	} {
		if got := domain.IsLoopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
