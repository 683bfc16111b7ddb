package locale

// ruQuota has the texts about a team's limits and the limits on system letters.
func ruQuota() texts {
	return texts{
		plain: map[string]string{
			"Usage":              "Использование",
			"Emails per day":     "Писем в день",
			"Emails today":       "Писем сегодня",
			"Stored text, MB":    "Объём данных, МБ",
			"Changes per minute": "Изменений в минуту",
			"at most %d":         "не больше %d",
			"Empty: no limit. A new team starts with %d.":                                               "Пусто — без ограничения. У новой команды — %d.",
			"A day starts at midnight UTC. To get higher limits, ask the person who runs this service.": "Сутки начинаются в полночь по UTC. Чтобы поднять ограничения, обратитесь к тому, кто обслуживает этот сервис.",
			"Blocked a team":                   "Блокировка команды",
			"Unblocked a team":                 "Разблокировка команды",
			"Could not sign in, more that day": "Неудачный вход: ещё за этот день",
			"Someone":                          "Кто-то",
			"Block everyone in the team, except managers and admins":                                                                                                                                                    "Заблокировать всех в команде, кроме менеджеров и администраторов",
			"Also unblock everyone who was blocked together with this user":                                                                                                                                             "Разблокировать и всех, кого заблокировали вместе с этим пользователем",
			"Everybody in this team who can be blocked is blocked already.":                                                                                                                                             "Все в этой команде, кого можно заблокировать, уже заблокированы.",
			"At most one email an hour goes to an address.":                                                                                                                                                             "На один адрес уходит не больше одного письма в час.",
			"This address has been invited less than an hour ago, and at most one email an hour goes there.":                                                                                                            "Приглашение на этот адрес отправлено меньше часа назад, а на один адрес уходит не больше одного письма в час.",
			"Then nobody goes on sending in this user's place: its invitations stop working and its current sends are cancelled.":                                                                                       "Тогда никто не продолжит отправлять вместо этого пользователя: приглашения команды перестанут действовать, а текущие отправки будут отменены.",
			"It can take a few minutes; look in the spam folder too. At most one email an hour goes to an address, so the one from before may be the one to open.":                                                      "Это может занять несколько минут; загляните и в папку «Спам». На один адрес уходит не больше одного письма в час, поэтому открыть, возможно, нужно предыдущее.",
			"You have saved more in the last minute than one person can. Nothing was saved now; your browser has kept what you typed if you go back.":                                                                   "За последнюю минуту вы сохранили больше, чем может один человек. Сейчас ничего не сохранено; вернитесь назад — браузер помнит введённое.",
			"%s invites you to a team at Postrider, to work on the same clients, messages and mailings. To join, open this link within seven days:\n\n<%s>\n\nIf you don't know who that is, ignore this email.":        "%s приглашает вас в команду в Postrider, чтобы вместе работать с клиентами, сообщениями и рассылками. Чтобы присоединиться, откройте эту ссылку в течение семи дней:\n\n<%s>\n\nЕсли вы не знаете, кто это, не обращайте внимания на это письмо.",
			"%s invites you to the team “%s” at Postrider, to work on the same clients, messages and mailings. To join, open this link within seven days:\n\n<%s>\n\nIf you don't know who that is, ignore this email.": "%s приглашает вас в команду «%s» в Postrider, чтобы вместе работать с клиентами, сообщениями и рассылками. Чтобы присоединиться, откройте эту ссылку в течение семи дней:\n\n<%s>\n\nЕсли вы не знаете, кто это, не обращайте внимания на это письмо.",
			"The team has as many members as it may have: %d. Its members can ask the person who runs this service for more.":                                                                                           "В команде уже столько участников, сколько разрешено: %d. Участники могут попросить об увеличении того, кто обслуживает этот сервис.",
			"Your team may store at most %d MB. Delete what you don't need, or ask the person who runs this service for more.":                                                                                          "Ваша команда может хранить не больше %d МБ. Удалите ненужное или попросите об увеличении того, кто обслуживает этот сервис.",
		},
		counted: map[string]counted{
			"%d people of the team are blocked.": {0, "%d person of the team is blocked.",
				"В команде заблокирован %d человек.", "В команде заблокированы %d человека.", "В команде заблокировано %d человек."},
			"%d people of the team are not blocked any more.": {0, "%d person of the team is not blocked any more.",
				"В команде разблокирован %d человек.", "В команде разблокированы %d человека.", "В команде разблокировано %d человек."},
			"Your team may save %d times a minute. Nothing was saved now; your browser has kept what you typed if you go back.": {0,
				"Your team may save once a minute (%d). Nothing was saved now; your browser has kept what you typed if you go back.",
				"Ваша команда может сохранять не чаще %d раза в минуту. Сейчас ничего не сохранено; вернитесь назад — браузер помнит введённое.",
				"Ваша команда может сохранять не чаще %d раз в минуту. Сейчас ничего не сохранено; вернитесь назад — браузер помнит введённое.",
				"Ваша команда может сохранять не чаще %d раз в минуту. Сейчас ничего не сохранено; вернитесь назад — браузер помнит введённое."},
			"%s Wait %d minutes, then try again.": {1, "%s Wait %d minute, then try again.",
				"%s Подождите %d минуту и попробуйте снова.", "%s Подождите %d минуты и попробуйте снова.", "%s Подождите %d минут и попробуйте снова."},
			"%s Wait %d seconds, then try again.": {1, "%s Wait %d second, then try again.",
				"%s Подождите %d секунду и попробуйте снова.", "%s Подождите %d секунды и попробуйте снова.", "%s Подождите %d секунд и попробуйте снова."},
		},
	}
}
