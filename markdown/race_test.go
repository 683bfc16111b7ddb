//go:build race

package markdown_test

// slowdown is what the race detector costs at most.
const slowdown = 20
