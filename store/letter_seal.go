package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
)

// sealed is the prefix of sealed texts. Older ones, written before sealing, lack it.
const sealed = "sealed:"

// sealBody encrypts a text with the key in the settings table. Anyone with the whole file can still read it. But
// searching the file, the write-ahead log, or their remains on disk finds no token, and once the text is erased the log
// alone reveals nothing.
func sealBody(ctx context.Context, tx transaction, text string) (string, error) {
	box, err := bodyBox(ctx, tx)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return sealed + base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), nil)), nil
}

// openBody reverses sealBody.
func openBody(ctx context.Context, tx transaction, body string) (string, error) {
	text, ok := strings.CutPrefix(body, sealed)
	if !ok {
		return body, nil
	}
	box, err := bodyBox(ctx, tx)
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) < box.NonceSize() {
		return "", errors.New("a letter of the outbox is damaged")
	}
	plain, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], nil)
	return string(plain), err
}

func bodyBox(ctx context.Context, tx transaction) (cipher.AEAD, error) {
	key, err := secretKey(ctx, tx, "outbox")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
