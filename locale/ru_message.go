package locale

func ruMessage() texts {
	return texts{
		plain: map[string]string{
			"This message has been deleted.": "Это сообщение удалено.",
			"A message is what your clients read: a subject and a text. Several mailings can send the same one.": "Сообщение — это то, что прочтут клиенты: тема и текст. Одно сообщение могут отправлять несколько рассылок.",
			"Changed":                  "Изменено",
			"Delete the message “%s”?": "Удалить сообщение «%s»?",
			"Deleted “%s”.":            "Удалено: «%s».",
			"Edit message":             "Изменить сообщение",
			"Edit with a preview":      "Изменить с предпросмотром",
			"Insert a field:":          "Вставить поле:",
			"Make a mailing of it":     "Сделать рассылку",
			"Markdown: **bold**, *italic*, [a link](https://example.com), “- ” for a list. A field like {{name|friend}} is replaced for each client; after the bar stands what to write when the client has none.": "Markdown: **жирный**, *курсив*, [ссылка](https://example.com), «- » для списка. Поле вроде {{name|друг}} заменяется для каждого клиента; после черты — что писать, если у клиента его нет.",
			"New message": "Новое сообщение",
			"No message has “%s” in the subject or the text.": "Ни в одном сообщении нет «%s» в теме или тексте.",
			"No messages yet":            "Сообщений пока нет",
			"Nothing matches":            "Ничего не найдено",
			"Phone":                      "Телефон",
			"Plain text":                 "Простой текст",
			"Preview":                    "Предпросмотр",
			"Preview of the letter":      "Предпросмотр письма",
			"Refresh the preview":        "Обновить предпросмотр",
			"Saved the message “%s”.":    "Сообщение «%s» сохранено.",
			"Saved the message “%s”. %s": "Сообщение «%s» сохранено. %s",
			"Gmail cuts off emails above %d KB; this one has %d KB.": "Gmail обрезает письма больше %d КБ, а в этом %d КБ.",
			"Search messages":         "Поиск сообщений",
			"Show all messages":       "Показать все сообщения",
			"Subject or text":         "Тема или текст",
			"Wide":                    "Широко",
			"Write a message":         "Написать сообщение",
			"Write the first message": "Написать первое сообщение",
			"The mailing “%s” uses this message. Delete the mailing or give it another message first.": "Это сообщение использует рассылка «%s». Сначала удалите рассылку или выберите для неё другое сообщение.",
			"The recipient's name contains a line break or a control character.":                       "Имя получателя содержит перенос строки или управляющий символ.",
			"The subject contains a line break or a control character.":                                "Тема содержит перенос строки или управляющий символ.",
			"“%s” is not a sender. Write it as Name <ann@example.com>.":                                "«%s» — не отправитель. Напишите в виде: Имя <ann@example.com>.",
		},
		counted: map[string]counted{
			"%d messages": {english: "%d message", one: "%d сообщение", few: "%d сообщения", many: "%d сообщений"},
		},
	}
}
