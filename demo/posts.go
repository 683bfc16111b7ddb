package demo

import (
	"context"
	"time"

	"postrider/domain"
)

// addPosts fills the blog: some articles with readers, one that is published within minutes, and a draft.
func (d demo) addPosts(ctx context.Context, _ time.Time) error {
	views := map[int64]int64{}
	drawings, err := pictures(ctx)
	if err != nil {
		return err
	}
	for _, a := range posts {
		at := d.morning(a.days)
		switch a.days {
		case soon:
			at = d.now.Add(3 * time.Minute)
		case draft:
			at = time.Time{}
		}
		p, err := d.store.CreatePost(ctx, domain.Post{AuthorID: d.user, Author: "Corner Bakery", Title: a.title, Slug: a.slug,
			Content: a.text, PublishedAt: at, Image: drawings[a.slug], ImageAlt: alts[a.slug]}, d.morning(min(a.days, 0)-1))
		if err != nil {
			return err
		}
		if a.views > 0 {
			views[p.ID] = a.views
		}
	}
	return d.store.AddViews(ctx, views)
}

// alts describe the pictures of articles, by slug.
var alts = map[string]string{
	"three-days-of-rye":    "A dark loaf with four cuts in its crust, on a wooden board",
	"plum-cake-for-twelve": "Fifteen halved plums in three rows on pale dough",
}

func pictures(ctx context.Context) (map[string]domain.Image, error) {
	bread, err := drawn(ctx, 0xf4ead7, loaf())
	if err != nil {
		return nil, err
	}
	cake, err := drawn(ctx, 0xdfe6df, plums())
	return map[string]domain.Image{"three-days-of-rye": bread, "plum-cake-for-twelve": cake}, err
}

// Values of days with a special meaning.
const (
	soon  = 1 // published while people watch
	draft = 2
)

var posts = []struct {
	days        int // from today
	views       int64
	slug, title string
	text        string
}{
	{-34, 412, "three-days-of-rye", "Three days of rye", `Our rye bread takes three days. People ask why, usually while they wait for it, so here is the whole story.

## The first day belongs to the starter

In the evening we feed the sourdough that has lived in our cellar since 1998: rye flour, water at 28 °C, and nothing else. By morning it has doubled and smells of apples. If it smells of nail varnish, it was too warm, and we begin again.

## The second day is for waiting

Flour, water, salt and starter become a dough that is closer to mortar than to anything you would knead. It rests in the cold for eighteen hours. *Nothing* can be done to make that shorter; we have tried.

> A bread that was in a hurry tastes of flour. A bread that was not tastes of grain.

## The third day is loud

At four the oven is hot, and the loaves go in close together, so that only their tops get a crust.

| When | What happens | Oven |
|---|---|--:|
| 4:00 | in, with steam | 270 °C |
| 4:15 | the steam goes out | 230 °C |
| 5:10 | out, onto the racks | off |

Then comes the hardest part: a rye loaf must not be cut on the day it was baked. Tell that to the people at the door.

### What to do with the end of a loaf

Dry it, grate it, and brown the crumbs in butter with a little sugar. Over stewed plums this is a better cake than most cakes.
`},
	{-27, 288, "what-we-learned-from-a-year-of-letters", "What we learned from a year of letters", `A year ago we sent our first letter to customers. Forty people got it; three wrote back, two of them to say that the link was wrong. Fifty-two letters later we know a little more.

## Send on the same day

Ours goes out on Tuesday at nine. Not because Tuesday is magic, but because bread that people read about on Tuesday can still be ordered for Friday. After two months customers began to ask where the letter was when it came late, and that is the best reason we know for not being late.

## One thing a letter

The letters that brought the most orders had one picture, one bread and one way to order it. The ones with *news from the team* had none of that, and nobody missed them when we stopped.

1. Say what there is.
2. Say until when.
3. Say how to get it.

## Let people go

Every letter ends with a link to leave. Eleven people have used it. Not one of them had bought anything for months, and the letters to everybody else arrive more reliably since the addresses of those who do not want them are gone.

> Nobody has ever marked a letter as spam that they could leave with one click.
`},
	{-19, 173, "reading-a-bounce", "How to read a bounce", `Sooner or later a letter comes back. What the mail server says about it looks like a curse, but it is a sentence with three parts:

    550 5.1.1 <tom@example.net>: user unknown

The **first number** says whether to try again. If it begins with 4, the server means *not now*; with 5, it means *no*. The **second** says why, in a code that all servers share. The rest is for people.

| Begins with | Means | What Postrider does |
|---|---|---|
| 5.1 | this address does not exist | stops writing to it, and tells you |
| 4.2, 5.2 | the mailbox is full or closed | tries again, then gives up |
| 4.7 | you are new here: wait a little | tries again later, as asked |
| 5.7 | the server does not trust the sender | shows it to you: this is yours to mend |

## Not now is normal

Many servers turn away the first letter of a stranger and accept it ten minutes later. They know that those who send junk rarely come back. You need not do anything: a letter that was told to wait is retried within its window, and the log shows each attempt with the server's own words.

## No is an answer

An address that does not exist will not exist tomorrow. Writing to it again and again is how senders lose the trust of servers, so it is better to ask the customer at the counter.
`},
	{-11, 96, "winter-hours", "Why we open earlier in winter", `From the first of the month the door opens at **6:30**, half an hour earlier than in summer. It sounds the wrong way round, so let us explain.

In summer people come when they wake up, and everybody wakes up at a different time. In winter they come on their way to the tram, and the tram leaves at 6:52 and at 7:12. Last January we counted: between half past six and seven there were nine people outside a closed door, in the dark, looking at bread.

What changes:

- Monday to Friday from 6:30 to 18:00
- Saturday from 7:00 to 14:00
- on Sunday we sleep, as before

Rye is out of the oven at ten past five, so there is warm bread for the first tram. Rolls follow at seven. If you need more than ten of anything, order the day before: a letter to us is enough.
`},
	{-4, 57, "plum-cake-for-twelve", "Plum cake for twelve", `As long as there are plums, there is plum cake. This is the one from the shop window, made smaller for an oven at home.

## For one tray

- 500 g flour, 80 g sugar, 80 g soft butter
- 250 ml milk, lukewarm, with 20 g fresh yeast in it
- a pinch of salt and the peel of half a lemon
- 1.5 kg plums, the small late ones that come off the stone by themselves

Knead everything but the plums until the dough lets go of the bowl. Leave it alone for an hour. Roll it out on the tray, and press the halved plums into it in rows, *upright and close together*, like books on a shelf. That is the whole secret: there should be more plum than cake.

## In the oven

Half an hour more of rest, then 35 minutes at 190 °C. Sugar comes on top **after** baking; before, it draws the juice, and the cake gets wet.

> It keeps for three days, we are told. We have never been able to check.
`},
	{soon, 0, "bread-for-friday", "What we bake on Friday", `Orders for Friday are open until Wednesday evening. There is rye with caraway, a walnut loaf, and for the first time this year a spelt loaf with roasted barley.

Answer our letter with what you would like, or tell us at the counter. The oven holds ninety loaves; when they are gone, they are gone.
`},
	{draft, 0, "a-letter-from-the-mill", "A letter from the mill", `We have asked our miller to tell how a field becomes flour. He says he is not a man of words, and has sent four pages.

*To do: pictures of the mill wheel, and ask whether we may name the farmer.*
`},
}
