package locale

// ruTeam has the texts of the team and of invitations to it.
func ruTeam() texts {
	return texts{
		plain: map[string]string{
			"Team “%s”":                    "Команда «%s»",
			"You":                          "Вы",
			"Remove":                       "Исключить",
			"Remove %s":                    "Исключить %s",
			"Remove from team":             "Исключить из команды",
			"Leave team":                   "Выйти из команды",
			"Team name":                    "Название команды",
			"A team needs a name.":         "Команде нужно название.",
			"%d of %d":                     "%d из %d",
			"%s is no longer in the team.": "%s больше не в команде.",
			"You've left the team “%s”. This one is your own.":                                                                                                               "Вы вышли из команды «%s». Эта команда — ваша собственная.",
			"You're the only member, so you can't leave the team. You can delete your account and everything in it.":                                                         "Кроме вас, в команде никого нет, поэтому выйти из неё нельзя. Вы можете удалить учётную запись вместе со всеми данными.",
			"You'll lose access to the clients, messages and mailings of “%s”. You keep your account and get a new, empty team. To come back, you'll need a new invitation.": "Вы больше не увидите клиентов, сообщения и рассылки команды «%s», но сохраните учётную запись и начнёте с пустой команды. Вернуться можно только по новому приглашению.",

			"Invite":                              "Пригласить",
			"Invite a colleague":                  "Пригласить коллегу",
			"Open invitations":                    "Открытые приглашения",
			"Invited by":                          "Кто пригласил",
			"Valid until":                         "Действует до",
			"No longer valid":                     "Больше не действует",
			"New link":                            "Новая ссылка",
			"New link for %s":                     "Новая ссылка для %s",
			"Withdraw":                            "Отозвать",
			"Copy":                                "Копировать",
			"Link copied.":                        "Ссылка скопирована.",
			"%s is invited.":                      "Приглашение для %s создано.",
			"Withdraw the invitation for %s":      "Отозвать приглашение для %s",
			"The invitation for %s is withdrawn.": "Приглашение для %s отозвано.",
			"No open invitations.":                "Открытых приглашений нет.",
			"Invitation link":                     "Ссылка из приглашения",
			"We'll email a new link and show it here once. The old one stops working.": "Мы отправим новую ссылку письмом и один раз покажем её здесь. Старая перестанет действовать.",
			"Someone with this address is already in the team.":                        "Участник с таким адресом уже есть в команде.",

			"Invitation to Postrider": "Приглашение в Postrider",

			"Invitation":         "Приглашение",
			"Join the team “%s”": "Присоединиться к команде «%s»",
			"%s invites %s to work together on clients, messages and mailings.":                                                                             "%s приглашает %s вместе работать с клиентами, сообщениями и рассылками.",
			"You already have an account with this address. Sign in to join.":                                                                               "У вас уже есть учётная запись с этим адресом. Войдите, чтобы присоединиться.",
			"New accounts can't be created at the moment, even with an invitation. Ask the person who runs this service for one, then open the link again.": "Сейчас новые учётные записи не создаются, даже по приглашению. Попросите её у того, кто обслуживает этот сервис, а затем снова откройте ссылку.",
			"You're signed in as %s. If you join, you leave your current team.":                                                                             "Вы вошли как %s. Присоединившись, вы выйдете из своей нынешней команды.",
			"You're signed in as %s, but the invitation is for %s. Sign out, then open the link again.":                                                     "Вы вошли как %s, а приглашение — для %s. Выйдите, а затем снова откройте ссылку.",
			"You're already in this team.": "Вы уже в этой команде.",
			"There's already an account with this address. Sign in, then open the link again.":                                               "Учётная запись с этим адресом уже есть. Войдите, а затем снова откройте ссылку.",
			"Welcome to the team “%s”. You can now work with its clients, messages and mailings.":                                            "Добро пожаловать в команду «%s». Теперь вам доступны её клиенты, сообщения и рассылки.",
			"Your team “%s” still has %s, %s and %s, and no one else to look after them. Delete them first, or invite someone to that team.": "В вашей команде «%s» без присмотра остались бы: %s, %s, %s. Сначала удалите всё это или пригласите кого-нибудь в ту команду.",
		},
		counted: map[string]counted{
			"You can have up to %d open invitations. Withdraw one first.": {english: "You can have up to %d open invitation. Withdraw it first.",
				one:  "Открыто может быть не больше %d приглашения. Сначала отзовите одно.",
				few:  "Открыто может быть не больше %d приглашений. Сначала отзовите одно.",
				many: "Открыто может быть не больше %d приглашений. Сначала отзовите одно."},
		},
	}
}
