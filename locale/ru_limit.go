package locale

// ruLimit are the texts of the table of limits.
func ruLimit() texts {
	return texts{
		plain: map[string]string{
			"Limits":                      "Ограничения",
			"Limits of this installation": "Ограничения этой установки",
			"Limit":                       "Ограничение",
			"Value":                       "Значение",
			"Each of these keeps one person, or one mistake, from stopping the service for everybody else.": "Каждое из них не даёт одному человеку или одной ошибке остановить сервис для всех остальных.",

			"Name of a person, client, message or mailing":      "Имя человека или клиента, название сообщения или рассылки",
			"Longer ones fit into no list and no email header.": "Более длинные не помещаются ни в список, ни в заголовок письма.",
			"Comment on a client":                               "Комментарий к клиенту",
			"Lists load comments with every row.":               "Комментарии загружаются с каждой строкой списка.",
			"1 a second":                                        "1 раз в секунду",
		},
		counted: map[string]counted{
			"%d characters": {english: "%d character", one: "%d символ", few: "%d символа", many: "%d символов"},
			"%d seconds":    {english: "%d second", one: "%d секунда", few: "%d секунды", many: "%d секунд"},
		},
	}
}
