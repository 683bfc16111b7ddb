package domain

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestShownClients(t *testing.T) {
	for _, c := range []struct {
		shown, exact int
		r1, r2       float64
		want         int
	}{
		{0, 0, 0, 0, 0}, {0, 50, 0, 0.999, 0}, {0, 51, 0, 0, 0}, {0, 51, 0, 0.49, 100}, {0, 99, 0.5, 0.99, 0},
		{100, 1001, 0.9, 0, 1000}, {100, 1001, 0.9, 0.99, 1100}, {1000, 20, 0.9, 0, 0},
		{9900, 12_345, 0.9, 0, 12_300}, {12_300, 13_990, 0.1, 0.999, 14_000}, {12_300, 12_799, 0, 0, 12_300},
		{1_200_000, 1_234_567, 0, 0, 1_200_000}, {1_200_000, 1_400_000, 0.9, 0.5, 1_400_000}, {250_000, 0, 0.9, 0, 0},
	} {
		if got := ShownClients(c.shown, c.exact, c.r1, c.r2); got != c.want {
			t.Errorf("%d of %d by %v, %v: %d, want %d", c.shown, c.exact, c.r1, c.r2, got, c.want)
		}
	}
	t.Run("stays near the exact number", func(t *testing.T) {
		chance := rand.New(rand.NewPCG(1, 2))
		shown, exact := 0, 0
		for range 10_000 {
			exact = max(0, exact+chance.IntN(41)-19)
			shown = ShownClients(shown, exact, chance.Float64(), chance.Float64())
			step := 100.0
			for float64(shown)/step >= 100 {
				step *= 10
			}
			if away := math.Abs(float64(shown - exact)); away > 2*step {
				t.Fatalf("%d is shown of %d", shown, exact)
			}
		}
	})
	t.Run("reveals one address in at most one hour of a hundred, wherever the number is pushed", func(t *testing.T) {
		const draws = 200
		differs := func(shown, exact int) (part float64) {
			seen, with := map[int]float64{}, map[int]float64{}
			for i := range draws {
				for j := range draws {
					r1, r2 := (float64(i)+0.5)/draws, (float64(j)+0.5)/draws
					seen[ShownClients(shown, exact, r1, r2)]++
					with[ShownClients(shown, exact+1, r1, r2)]++
				}
			}
			for n := -100; n <= 2000; n++ {
				part += math.Abs(seen[n]-with[n]) / 2 / draws / draws
			}
			return part
		}
		for exact := 0; exact < 700; exact += 9 {
			if part := differs(400, exact); part > 0.015 {
				t.Errorf("%d clients more tell in %.3f of the hours", exact, part)
			}
		}
	})
}
