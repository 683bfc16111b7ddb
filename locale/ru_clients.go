package locale

func ruClients() texts {
	return texts{
		plain: map[string]string{
			"Add a client":             "Добавить клиента",
			"Add the first client":     "Добавить первого клиента",
			"Added":                    "Добавлен",
			"Added %s.":                "Добавлено: %s.",
			"Address, name or comment": "Адрес, имя или комментарий",
			"Clients a page":           "Клиентов на странице",
			"%s a page":                "по %s на странице",
			"Clients are the people who receive your mailings. Add the first one; only an e-mail address is needed.": "Клиенты — это люди, которые получают ваши рассылки. Добавьте первого: нужен только адрес электронной почты.",
			"Comment":   "Комментарий",
			"Delete %s": "Удалить %s",
			"Delete %s? Letters that wait for this client are cancelled.": "Удалить %s? Письма, которые ждут отправки этому клиенту, будут отменены.",
			"Deleted %s.": "Удалено: %s.",
			"Done adding": "Закончить",
			"E-mail":      "Эл. почта",
			"Edit %s":     "Изменить %s",
			"Edit client": "Изменить клиента",
			"Every letter to this client will be listed here.": "Здесь появится каждое письмо этому клиенту.",
			"Full name":  "Полное имя",
			"Mailing":    "Рассылка",
			"New client": "Новый клиент",
			"No client has “%s” in the address, the name or the comment.": "Ни у одного клиента нет «%s» в адресе, имени или комментарии.",
			"No clients yet":   "Клиентов пока нет",
			"No letters yet":   "Писем пока нет",
			"Nobody matches":   "Никто не подходит",
			"Search clients":   "Поиск клиентов",
			"Show all clients": "Показать всех клиентов",
			"Started":          "Начало",
			"To the mailings":  "К рассылкам",
			"There is a client with this address already.": "Клиент с таким адресом уже есть.",
		},
		counted: map[string]counted{
			"%d clients": {english: "%d client", one: "%d клиент", few: "%d клиента", many: "%d клиентов"},
			"Added %s. You have %d clients.": {arg: 1, english: "Added %s. You have %d client.", one: "Добавлено: %s. У вас %d клиент.",
				few: "Добавлено: %s. У вас %d клиента.", many: "Добавлено: %s. У вас %d клиентов."},
		},
	}
}
