package locale

// ruDomain has the texts of domain and of mail/letter.
func ruDomain() texts {
	return texts{plain: map[string]string{
		"Enter one email address, like ann@example.com.":       "Введите один адрес электронной почты, например ann@example.com.",
		"The address contains a character that isn't allowed.": "В адресе есть недопустимый символ.",
		"Check the part after @: “%s” isn't a valid domain.":   "Проверьте часть после @: «%s» — недопустимый домен.",
		"Enter an email address, like ann@example.com.":        "Введите адрес электронной почты, например ann@example.com.",

		"A field isn't closed: “{{%s”. Write it like {{name}}.": "Поле не закрыто: «{{%s». Правильно так: {{name}}.",
		"There's no field {{%s}}. You can use %s.":              "Поля {{%s}} нет. Можно использовать: %s.",

		"Enter a name so you can find the mailing later.":                           "Введите название, чтобы рассылку можно было найти.",
		"Choose a message to send.":                                                 "Выберите сообщение для отправки.",
		"Select at least one client, or send to all.":                               "Выберите хотя бы одного клиента или отправьте всем.",
		"Choose who receives the mailing.":                                          "Выберите получателей рассылки.",
		"The mailing is paused. Resume it first.":                                   "Рассылка приостановлена. Сначала возобновите её.",
		"The sending period hasn't started yet. To send earlier, change its start.": "Время отправки ещё не наступило. Чтобы отправить раньше, измените его начало.",
		"The sending period is over. To send again, change its end.":                "Время отправки прошло. Чтобы отправить снова, измените его окончание.",
		"Enter a subject.":                                                          "Введите тему письма.",
		"Enter some text.":                                                          "Введите текст письма.",
		"This isn't valid text.":                                                    "Это не текст или он в неправильной кодировке.",
		"The time zone “%s” is no longer known, so this mailing isn't sent. Edit the mailing and choose another time zone.": "Часовой пояс «%s» больше не поддерживается, поэтому рассылка ничего не отправляет. Измените рассылку и выберите другой пояс.",
		"Choose when the mailing starts.":                                                      "Выберите, когда начнётся рассылка.",
		"Choose a time zone from the list, like Europe/Berlin.":                                "Выберите часовой пояс из списка, например Europe/Berlin.",
		"The sending period ends before it starts. Choose a later end, or leave it empty.":     "Время отправки заканчивается раньше, чем начинается. Укажите более позднее окончание или оставьте поле пустым.",
		"Choose how often the mailing goes out: once, daily, weekly or monthly.":               "Выберите, как часто отправлять: один раз, каждый день, каждую неделю или каждый месяц.",
		"Enter a date and time, like 2026-03-01T10:00.":                                        "Введите дату и время, например 2026-03-01T10:00.",
		"Line breaks and control characters aren't allowed here.":                              "Переносы строк и управляющие символы здесь недопустимы.",
		"This is one of the most common passwords, so it's easy to guess. Choose another one.": "Это один из самых распространённых паролей, его легко подобрать. Выберите другой.",

		"The year must be between 1970 and 9999.": "Год должен быть от 1970 до 9999.",
	}, counted: map[string]counted{
		"The part before @ can be at most %d characters long.": {english: "The part before @ can be at most %d character long.",
			one:  "Часть перед @ — не длиннее %d символа.",
			few:  "Часть перед @ — не длиннее %d символов.",
			many: "Часть перед @ — не длиннее %d символов."},
		"An email address can be at most %d characters long.": {english: "An email address can be at most %d character long.",
			one:  "Адрес электронной почты — не длиннее %d символа.",
			few:  "Адрес электронной почты — не длиннее %d символов.",
			many: "Адрес электронной почты — не длиннее %d символов."},
		"Select at most %d clients one by one.": {english: "Select at most %d client one by one.",
			one:  "По одному можно выбрать не больше %d клиента.",
			few:  "По одному можно выбрать не больше %d клиентов.",
			many: "По одному можно выбрать не больше %d клиентов."},
		"The text is too long. Use at most %d bytes.": {english: "The text is too long. Use at most %d byte.",
			one:  "Текст слишком длинный: не больше %d байта.",
			few:  "Текст слишком длинный: не больше %d байт.",
			many: "Текст слишком длинный: не больше %d байт."},
		"Use at least %d characters.": {english: "Use at least %d character.",
			one: "Не меньше %d символа.", few: "Не меньше %d символов.", many: "Не меньше %d символов."},
		"Use at most %d characters.": {english: "Use at most %d character.",
			one: "Не больше %d символа.", few: "Не больше %d символов.", many: "Не больше %d символов."},
	}}
}
