package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"postrider/domain"
	"postrider/mail/letter"
)

// The letters of all measurements.
const (
	sender  = "Corner Bakery <bakery@postrider.example>"
	subject = "Fresh this week, {{first_name|friend}}"
	body    = "Dear {{first_name|friend}},\n\nthis week we bake:\n\n" +
		"- **rye with caraway**, from Tuesday\n- walnut loaf\n- plum cake, as long as there are plums\n\n" +
		"Order by answering this letter, or [on our page](https://bakery.example.com/order).\n\nThe Corner Bakery"
)

// prebuilt is how many different letters the bare loop sends over and over.
const prebuilt = 1000

// runBare sends letters with the client library alone: the best the machine can do.
func runBare(addr string, connections, letters int) error {
	ready, err := composeAll()
	if err != nil {
		return err
	}
	clients := make([]*smtp.Client, connections)
	for i := range clients {
		if clients[i], err = smtp.Dial(addr); err != nil {
			return err
		}
		if err := clients[i].Hello("localhost"); err != nil {
			return err
		}
	}
	var next atomic.Int64
	var senders sync.WaitGroup
	failed := make(chan error, connections)
	for _, c := range clients {
		senders.Go(func() {
			for i := next.Add(1); i <= int64(letters); i = next.Add(1) {
				if err := sendBare(c, ready[i%prebuilt]); err != nil {
					failed <- err
					return
				}
			}
			failed <- c.Quit()
		})
	}
	senders.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func composeAll() ([]domain.Letter, error) {
	t, err := letter.Parse(context.Background(), letter.Mailing, sender, subject, body)
	if err != nil {
		return nil, err
	}
	all := make([]domain.Letter, prebuilt)
	for i := range all {
		to := domain.Recipient{Email: fmt.Sprintf("client%07d@example.com", i), Name: fmt.Sprintf("Anna Schmidt %d", i)}
		id := letter.MessageID("0123456789abcdef", int64(i), "postrider.example")
		if all[i], err = t.Compose(to, id, time.Now()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func sendBare(c *smtp.Client, l domain.Letter) error {
	if err := c.Mail(l.From, nil); err != nil {
		return err
	}
	if err := c.Rcpt(l.To, nil); err != nil {
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := data.Write(l.Source); err != nil {
		return err
	}
	return data.Close()
}
