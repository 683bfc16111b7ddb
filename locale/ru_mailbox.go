package locale

func ruMailbox() texts {
	return texts{plain: map[string]string{
		"Built-in mailbox": "Встроенный почтовый ящик",
		"Look again":       "Обновить",
		"Letters stay here instead of going out. Restarting the service empties the mailbox.": "Письма остаются здесь и никуда не уходят. После перезапуска сервиса ящик пуст.",
		"Whatever the service sends appears here within a few seconds.":                       "Всё, что отправляет сервис, появится здесь через несколько секунд.",
		"(no subject)":       "(без темы)",
		"From":               "От кого",
		"To":                 "Кому",
		"Envelope":           "Конверт",
		"Received":           "Получено",
		"Links":              "Ссылки",
		"Source":             "Исходный код",
		"The letter as HTML": "Письмо в виде HTML",
		"The letter as text": "Письмо в виде текста",
	}}
}
