package store

import (
	"context"
	"time"
)

// PostsState stands for what strangers may read at a time: as long as it is the same, so are the published posts. It
// knows of every change that was saved, and of every publication whose time has come.
type PostsState struct {
	changes int64
	latest  int64 // when the last one so far was published
}

// PostsState returns the state at that time.
func (s *Store) PostsState(ctx context.Context, now time.Time) (PostsState, error) {
	var st PostsState
	err := s.hot.postsState.QueryRowContext(unwatched(ctx), now.UnixMilli()).Scan(&st.changes, &st.latest)
	return st, translate(err)
}
