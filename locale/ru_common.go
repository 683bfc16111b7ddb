package locale

// ruCommon has the words that several features share.
func ruCommon() texts {
	return texts{plain: map[string]string{
		"Save":     "Сохранить",
		"Saved.":   "Сохранено.",
		"Cancel":   "Отмена",
		"Edit":     "Изменить",
		"Delete":   "Удалить",
		"Search":   "Найти",
		"Actions":  "Действия",
		"Close":    "Закрыть",
		"Clients":  "Клиенты",
		"Messages": "Сообщения",
		"Mailings": "Рассылки",
		"Subject":  "Тема",
		"Name":     "Название",
		"State":    "Состояние",
		"Letters":  "Письма",
		"Text":     "Текст",
		"Message":  "Сообщение",

		"Please correct this:": "Исправьте, пожалуйста:",
		"Pages":                "Страницы",
		"First page":           "К первой странице",
		"Next page":            "Следующая страница",
		"Somebody else has saved a newer version meanwhile.": "Тем временем кто-то другой сохранил более новую версию.",
	}}
}
