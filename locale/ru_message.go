package locale

func ruMessage() texts {
	return texts{
		plain: map[string]string{
			"A message is what your clients read: a subject and a text. Several mailings can send the same one.": "Сообщение — это то, что прочтут клиенты: тема и текст. Одно сообщение могут отправлять несколько рассылок.",
			"Changed":                  "Изменено",
			"Delete the message “%s”?": "Удалить сообщение «%s»?",
			"Deleted “%s”.":            "Удалено: «%s».",
			"Edit message":             "Изменить сообщение",
			"Edit with preview":        "Изменить с предпросмотром",
			"Insert a field:":          "Вставить поле:",
			"Use in a mailing":         "Использовать в рассылке",
			"Markdown: **bold**, *italic*, [a link](https://example.com), “- ” for a list. A field like {{name|friend}} is filled in for each client. The part after the bar is used when the client has none.": "Markdown: **жирный**, *курсив*, [ссылка](https://example.com), «- » для списка. Поле вроде {{name|друг}} заполняется для каждого клиента. После черты укажите, что писать, если значения нет.",
			"New message": "Новое сообщение",
			"No message contains “%s” in its subject or text.": "Ни в одном сообщении нет «%s» в теме или тексте.",
			"No messages yet":            "Сообщений пока нет",
			"No results":                 "Ничего не найдено",
			"Phone":                      "Телефон",
			"Plain text":                 "Простой текст",
			"Preview":                    "Предпросмотр",
			"Email preview":              "Предпросмотр письма",
			"Refresh preview":            "Обновить предпросмотр",
			"Saved the message “%s”.":    "Сообщение «%s» сохранено.",
			"Saved the message “%s”. %s": "Сообщение «%s» сохранено. %s",
			"Gmail clips emails larger than %d KB, and this one is %d KB.": "Gmail обрезает письма больше %d КБ, а в этом %d КБ.",
			"Search messages":          "Поиск сообщений",
			"Show all messages":        "Показать все сообщения",
			"Subject or text":          "Тема или текст",
			"Desktop":                  "Компьютер",
			"Write a message":          "Написать сообщение",
			"Write your first message": "Написать первое сообщение",
			"The mailing “%s” uses this message. Delete the mailing or choose another message for it first.": "Это сообщение использует рассылка «%s». Сначала удалите рассылку или выберите для неё другое сообщение.",
			"The recipient's name contains a line break or a control character.":                             "Имя получателя содержит перенос строки или управляющий символ.",
			"The subject contains a line break or a control character.":                                      "Тема содержит перенос строки или управляющий символ.",
			"“%s” isn't a valid sender. Write it like Name <ann@example.com>.":                               "Отправитель «%s» указан неверно. Напишите в виде: Имя <ann@example.com>.",
		},
		counted: map[string]counted{
			"%d messages": {english: "%d message", one: "%d сообщение", few: "%d сообщения", many: "%d сообщений"},
		},
	}
}
