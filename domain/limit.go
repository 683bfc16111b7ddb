package domain

// Limit is a bound on what people and programs may ask of an installation, with the reason for it. Every bound that
// somebody can reach stands in the table of Limits, made of the constant that is enforced, so that the two cannot differ.
type Limit struct {
	What  Text // what is bounded, such as "Length of a message"
	Value Text // with its unit, such as "%d characters"
	Why   Text // what would happen without it
}

// Limits is the table of all bounds, grouped by what they are about. Admins read it at /limits.
func Limits() []Limit {
	return []Limit{
		{Say("Name of a person, client, message or mailing"), Say("%d characters", MaxName),
			Say("Longer ones fit into no list and no email header.")},
		{Say("Comment on a client"), Say("%d characters", MaxComment), Say("Lists load comments with every row.")},
	}
}
