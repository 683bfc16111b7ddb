package mailbox

import "testing"

func TestKeep(t *testing.T) {
	t.Run("64 MiB are kept, the oldest letters go first", func(t *testing.T) {
		var ls letters
		for range 8 {
			ls.keep("a@example.com", "b@example.com", make([]byte, 10<<20))
		}
		ls.keep("a@example.com", "b@example.com", []byte("small"))
		if len(ls.kept) != 7 || ls.kept[0].ID != 3 || ls.kept[6].ID != 9 || ls.bytes != 60<<20+5 {
			t.Errorf("%d letters of %d bytes, the oldest is %d", len(ls.kept), ls.bytes, ls.kept[0].ID)
		}
	})
}
