package mailtest_test

import "net/smtp"

const letter = "From: a@example.com\r\nMessage-ID: <1@example.com>\r\n\r\n.dot\r\nbody\r\n"

func send(addr, to string) error {
	return smtp.SendMail(addr, nil, "a@example.com", []string{to}, []byte(letter))
}
