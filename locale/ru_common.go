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
		"Emails":   "Письма",
		"Text":     "Текст",
		"Message":  "Сообщение",

		"Please fix this:": "Исправьте ошибки:",
		"No users found":   "Никого не найдено",
		"Pages":            "Страницы",
		"First page":       "В начало",
		"Next page":        "Следующая страница",
		"Someone else saved a newer version while you were editing.": "Пока вы вносили изменения, кто-то другой сохранил более новую версию.",
	}}
}
