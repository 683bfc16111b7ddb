package locale

// ruDomain are the texts of domain and of mail/letter.
func ruDomain() texts {
	return texts{plain: map[string]string{
		"The same address stands above.":                                           "Такой адрес уже есть выше.",
		"One bare address, please: no spaces, quotes, brackets, commas or colons.": "Нужен один адрес без пробелов, кавычек, скобок, запятых и двоеточий.",
		"The address contains a character that cannot be sent.":                    "В адресе есть символ, который нельзя передать.",
		"“%s” is not the name of a mail domain.":                                   "«%s» — не имя почтового домена.",
		"An e-mail address is needed, like ann@example.com.":                       "Нужен адрес электронной почты, например ann@example.com.",

		"A field is not closed: “{{%s”. Write it as {{name}}.": "Поле не закрыто: «{{%s». Запишите его так: {{name}}.",
		"There is no field {{%s}}. The fields are %s.":         "Поля {{%s}} нет. Есть такие поля: %s.",

		"A mailing needs a name, so that you find it again.":               "Рассылке нужно название, чтобы её можно было найти.",
		"Choose the message to send.":                                      "Выберите сообщение.",
		"Pick at least one client, or send to all.":                        "Выберите хотя бы одного клиента или отправьте всем.",
		"Choose who receives the mailing.":                                 "Выберите, кто получит рассылку.",
		"The mailing is paused. Resume it first.":                          "Рассылка приостановлена. Сначала возобновите её.",
		"The window has not opened yet. Change its start to send earlier.": "Окно рассылки ещё не открылось. Чтобы отправить раньше, измените его начало.",
		"The window has closed. Change its end to send again.":             "Окно рассылки уже закрылось. Чтобы отправить снова, измените его конец.",
		"A letter needs a subject.":                                        "Письму нужна тема.",
		"A letter needs some text.":                                        "Письму нужен текст.",
		"This is not valid text.":                                          "Это не текст в правильной кодировке.",
		"Time zone “%s” is no longer known, so this mailing sends nothing. Edit the mailing and choose another one.": "Часовой пояс «%s» больше не известен, поэтому рассылка ничего не отправляет. Измените рассылку и выберите другой пояс.",
		"Choose when the mailing starts.":                                                   "Выберите, когда начинается рассылка.",
		"Choose a time zone from the list, like Europe/Berlin.":                             "Выберите часовой пояс из списка, например Europe/Berlin.",
		"The window ends before it starts. Choose a later end, or none.":                    "Окно закрывается раньше, чем открывается. Укажите более поздний конец или не указывайте его.",
		"Choose how often the mailing goes out: once, daily, weekly or monthly.":            "Выберите, как часто отправлять: один раз, каждый день, каждую неделю или каждый месяц.",
		"This is not a date and a time of day. Write it like 2026-03-01T10:00.":             "Это не дата и время. Запишите так: 2026-03-01T10:00.",
		"Line breaks and control characters are not allowed here.":                          "Переводы строк и управляющие символы здесь недопустимы.",
		"This is one of the most common passwords, and is tried first. Choose another one.": "Это один из самых частых паролей, его пробуют первым. Выберите другой.",

		"The year must be from 1970 to 9999.": "Год должен быть от 1970 до 9999.",
	}, counted: map[string]counted{
		"The part before @ has at most %d characters.": {english: "The part before @ has at most %d character.",
			one:  "Часть перед @ — не длиннее %d символа.",
			few:  "Часть перед @ — не длиннее %d символов.",
			many: "Часть перед @ — не длиннее %d символов."},
		"An e-mail address has at most %d characters.": {english: "An e-mail address has at most %d character.",
			one:  "Адрес электронной почты — не длиннее %d символа.",
			few:  "Адрес электронной почты — не длиннее %d символов.",
			many: "Адрес электронной почты — не длиннее %d символов."},
		"At most %d clients can be picked one by one.": {english: "At most %d client can be picked one by one.",
			one:  "По одному можно выбрать не больше %d клиента.",
			few:  "По одному можно выбрать не больше %d клиентов.",
			many: "По одному можно выбрать не больше %d клиентов."},
		"The text is too long: at most %d bytes.": {english: "The text is too long: at most %d byte.",
			one:  "Текст слишком длинный: не больше %d байта.",
			few:  "Текст слишком длинный: не больше %d байтов.",
			many: "Текст слишком длинный: не больше %d байтов."},
		"At least %d characters.": {english: "At least %d character.",
			one: "Не меньше %d символа.", few: "Не меньше %d символов.", many: "Не меньше %d символов."},
		"At most %d characters.": {english: "At most %d character.",
			one: "Не больше %d символа.", few: "Не больше %d символов.", many: "Не больше %d символов."},
	}}
}
