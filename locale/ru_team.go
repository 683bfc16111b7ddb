package locale

// ruTeam has the texts of the team and of invitations to it.
func ruTeam() texts {
	return texts{
		plain: map[string]string{
			"Team “%s”":                       "Команда «%s»",
			"You":                             "Вы",
			"Remove":                          "Исключить",
			"Remove %s":                       "Исключить %s",
			"Remove from the team":            "Исключить из команды",
			"Leaving":                         "Выход из команды",
			"Leave the team":                  "Выйти из команды",
			"Name of the team":                "Название команды",
			"A team needs a name.":            "Команде нужно название.",
			"%d of at most %d":                "%d, не больше %d",
			"%s is not in the team any more.": "%s больше не в команде.",
			"You have left the team “%s”. This one is your own.":                                                                                                          "Вы вышли из команды «%s». Это ваша собственная.",
			"Nobody else is in the team, so you cannot leave it. You can delete your account with everything in it.":                                                      "Кроме вас, в команде никого нет, поэтому выйти из неё нельзя. Вы можете удалить учётную запись вместе со всем содержимым.",
			"You do not see the clients, messages and mailings of “%s” any more, keep your account, and begin with an empty team. Only a new invitation brings you back.": "Вы больше не увидите клиентов, сообщения и рассылки команды «%s», но сохраните учётную запись и начнёте с пустой команды. Вернуться можно только по новому приглашению.",

			"Invite":                        "Пригласить",
			"Invite a colleague":            "Пригласить коллегу",
			"Open invitations":              "Открытые приглашения",
			"Invited by":                    "Кто пригласил",
			"Valid until":                   "Действует до",
			"Not valid any more":            "Больше не действует",
			"New link":                      "Новая ссылка",
			"New link for %s":               "Новая ссылка для %s",
			"Withdraw":                      "Отозвать",
			"Copy":                          "Копировать",
			"The link is copied.":           "Ссылка скопирована.",
			"%s is invited.":                "Приглашение для %s создано.",
			"Withdraw the invitation of %s": "Отозвать приглашение для %s",
			"The invitation of %s is void.": "Приглашение для %s отозвано.",
			"Nobody is invited just now.":   "Сейчас никто не приглашён.",
			"Link of the invitation":        "Ссылка приглашения",
			"A new link goes out in a new letter and is shown here once. The old one stops working.": "Новая ссылка уйдёт в новом письме и один раз появится здесь. Старая перестанет действовать.",
			"Somebody with this address is in the team already.":                                     "Участник с таким адресом уже есть в команде.",

			"An invitation to Postrider": "Приглашение в Postrider",

			"An invitation":      "Приглашение",
			"Join the team “%s”": "Присоединиться к команде «%s»",
			"%s invites %s to Postrider, to work on the same clients, messages and mailings.":                                                                    "%s приглашает %s в Postrider: работать с общими клиентами, сообщениями и рассылками.",
			"You have an account with this address. Sign in, and you can join.":                                                                                  "У вас есть учётная запись с этим адресом. Войдите, и вы сможете присоединиться.",
			"But nobody new gets an account here just now, not even with an invitation. Ask the person who runs this service for one, then open the link again.": "Но новые учётные записи сейчас никому не создаются, даже по приглашению. Попросите её у того, кто обслуживает этот сервис, а затем снова откройте ссылку.",
			"You are signed in as %s. You leave the team that you are in now.":                                                                                   "Вы вошли как %s. Свою нынешнюю команду вы покинете.",
			"You are signed in as %s, and the invitation is for %s. Sign out, then open the link again.":                                                         "Вы вошли как %s, а приглашение — для %s. Выйдите, а затем снова откройте ссылку.",
			"You are in this team already.":                                                   "Вы уже в этой команде.",
			"There is an account with this address. Sign in, then open the link again.":       "Учётная запись с этим адресом уже есть. Войдите, а затем снова откройте ссылку.",
			"Welcome to the team “%s”. Its clients, messages and mailings are yours too now.": "Добро пожаловать в команду «%s». Её клиенты, сообщения и рассылки теперь и ваши.",
			"In your team “%s” you would leave behind, with nobody to look after it: %s, %s, %s. Delete all of it first, or invite somebody into that team.": "В вашей команде «%s» без присмотра осталось бы: %s, %s, %s. Сначала удалите всё это или пригласите кого-нибудь в ту команду.",
		},
		counted: map[string]counted{
			"At most %d invitations can be open. Withdraw one first.": {
				english: "At most %d invitation can be open. Withdraw one first.",
				one:     "Открыто может быть не больше %d приглашения. Сначала отзовите одно.",
				few:     "Открыто может быть не больше %d приглашений. Сначала отзовите одно.",
				many:    "Открыто может быть не больше %d приглашений. Сначала отзовите одно."},
		},
	}
}
