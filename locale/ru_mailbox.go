package locale

func ruMailbox() texts {
	return texts{plain: map[string]string{
		"Built-in mailbox": "Встроенный почтовый ящик",
		"Refresh":          "Обновить",
		"Emails stay here instead of going out. Restarting the service empties the mailbox.": "Письма остаются здесь и никуда не уходят. При перезапуске сервиса ящик очищается.",
		"Everything the service sends appears here within a few seconds.":                    "Всё, что отправляет сервис, появляется здесь через несколько секунд.",
		"(no subject)": "(без темы)",
		"From":         "От кого",
		"To":           "Кому",
		"Envelope":     "Конверт",
		"Received":     "Получено",
		"Links":        "Ссылки",
		"Source":       "Исходный текст",
		"HTML version": "HTML-версия",
		"Text version": "Текстовая версия",
	}}
}
