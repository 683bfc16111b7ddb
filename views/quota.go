package views

import (
	"context"
	"strings"

	"postrider/domain"
)

// quotaLabels are the labels of a quota's limits, by field name.
func quotaLabels(ctx context.Context) map[string]string {
	return map[string]string{
		"max_clients": t(ctx, "Clients"), "max_letters": t(ctx, "Emails per day"), "max_megabytes": t(ctx, "Stored text (MB)"),
		"max_members": t(ctx, "Members"), "max_invitations": t(ctx, "Open invitations"), "max_writes": t(ctx, "Changes per minute"),
	}
}

// quotaFields are the fields of the form that sets a team's limits, filled in as typed.
func quotaFields(ctx context.Context, typed map[string]string) (all []Field) {
	labels, q, fresh := quotaLabels(ctx), domain.Quota{}, domain.NewTeamQuota()
	usual := fresh.Limits()
	for i, l := range q.Limits() {
		all = append(all, Field{Name: l.Name, Label: labels[l.Name], Value: typed[l.Name],
			Hint:  t(ctx, "Leave empty for no limit. A new team starts with %d.", **usual[i].Limit),
			Attrs: map[string]any{"inputmode": "numeric", "autocomplete": "off", "maxlength": "9"}})
	}
	return all
}

// quotaUse is one limit of a team and how much of it is used, in words.
type quotaUse struct{ label, text string }

// quotaUses is a team's usage with its limits.
func quotaUses(ctx context.Context, q domain.Quota) []quotaUse {
	writes := limitText(ctx, q.MaxWrites)
	if q.MaxWrites != nil {
		writes = t(ctx, "at most %d", *q.MaxWrites)
	}
	return []quotaUse{
		{t(ctx, "Clients"), limited(ctx, q.Clients, q.MaxClients)},
		{t(ctx, "Emails today"), limited(ctx, q.SentToday, q.MaxLetters)},
		{t(ctx, "Stored text (MB)"), limited(ctx, int(q.Bytes+999_999)/1_000_000, q.MaxMegabytes)},
		{t(ctx, "Members"), limited(ctx, q.Members, q.MaxMembers)},
		{t(ctx, "Open invitations"), limited(ctx, q.Invitations, q.MaxInvitations)},
		{t(ctx, "Changes per minute"), writes},
	}
}

// limited is a number out of its limit.
func limited(ctx context.Context, n int, limit *int) string {
	if limit == nil {
		return t(ctx, "%d", n)
	}
	return t(ctx, "%d of %d", n, *limit)
}

// limitText is a limit of a quota.
func limitText(ctx context.Context, limit *int) string {
	if limit == nil {
		return t(ctx, "no limit")
	}
	return t(ctx, "%d", *limit)
}

// quotaText puts what domain.Quota writes of itself into words.
func quotaText(ctx context.Context, detail string) string {
	labels := quotaLabels(ctx)
	var all []string
	for _, part := range strings.Fields(detail) {
		name, value, _ := strings.Cut(part, "=")
		if labels[name] == "" {
			return detail
		}
		if value == "none" {
			value = t(ctx, "no limit")
		}
		all = append(all, labels[name]+": "+value)
	}
	return strings.Join(all, " · ")
}
