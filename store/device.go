package store

import (
	"context"
	"time"

	"postrider/domain"
)

// rememberDevice makes a browser known to the account of a user who has just proved to own it. It gives the browser a
// fresh id each time, so that an id planted by someone else is worthless. Other accounts that know the browser by its
// old id go on knowing it.
func rememberDevice(ctx context.Context, tx transaction, userID int64, old, fresh string, now time.Time) error {
	_, err := tx.exec(ctx, `DELETE FROM devices WHERE seen_at < $1`, now.Add(-domain.DeviceValid).UnixMilli())
	if err != nil {
		return err
	}
	if _, err = tx.exec(ctx, `UPDATE devices SET hash = $1 WHERE hash = $2`, hashOf(fresh), hashOf(old)); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO devices (hash, user_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT (hash, user_id)
		DO UPDATE SET seen_at = excluded.seen_at`, hashOf(fresh), userID, now.UnixMilli())
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `DELETE FROM devices WHERE user_id = $1 AND hash <> $2 AND hash NOT IN (SELECT hash FROM devices
		WHERE user_id = $1 AND hash <> $2 ORDER BY seen_at DESC LIMIT $3)`, userID, hashOf(fresh), domain.MaxDevices-1)
	return err
}

// RememberDevice makes a browser known to the account of a user who has opened a letter in it. See rememberDevice.
func (s *Store) RememberDevice(ctx context.Context, userID int64, old, fresh string, now time.Time) error {
	return s.tx(ctx, func(tx transaction) error { return rememberDevice(ctx, tx, userID, old, fresh, now) })
}

// knownDevice reports whether the browser has signed in to the account with that key before.
func (s *Store) knownDevice(ctx context.Context, key, device string, now time.Time) (known bool, err error) {
	if device == "" {
		return false, nil
	}
	err = s.read.row(ctx, `SELECT EXISTS (SELECT 1 FROM devices JOIN users ON users.id = devices.user_id
		WHERE devices.hash = $1 AND users.email_key = $2 AND devices.seen_at >= $3)`,
		hashOf(device), key, now.Add(-domain.DeviceValid).UnixMilli()).Scan(&known)
	return known, mapError(err)
}
