package locale

func ruErrors() texts {
	return texts{plain: map[string]string{
		"Not found": "Не найдено",
		"There is no such page, or it is not yours to see.": "Такой страницы нет, или она вам не доступна.",
		"Not allowed":                    "Нельзя",
		"Your role does not allow this.": "Ваша роль этого не позволяет.",
		"The request came from another site, so nothing was done. Go back and try again.": "Запрос пришёл с другого сайта, поэтому ничего не сделано. Вернитесь назад и попробуйте ещё раз.",
		"Changed meanwhile": "Уже изменено",
		"Somebody else has changed this meanwhile. Go back, reload the page, and try again.": "Тем временем это изменил кто-то другой. Вернитесь назад, обновите страницу и попробуйте ещё раз.",
		"This cannot be done now":                                "Сейчас это невозможно",
		"This cannot be accepted":                                "Это нельзя принять",
		"Something in the form is wrong. Go back and try again.": "В форме что-то не так. Вернитесь назад и попробуйте ещё раз.",
		"Too many tries":                                         "Слишком много попыток",
		"Too large":                                              "Слишком много данных",
		"The form is larger than 1 MB, so nothing was saved. Go back, where your browser has kept what you typed, shorten it, and try again.": "Форма больше 1 МБ, поэтому ничего не сохранено. Вернитесь назад: браузер сохранил то, что вы ввели. Сократите текст и попробуйте ещё раз.",
		"The form is larger than 1 MB, so nothing was saved. Shorten it and try again.":                                                       "Форма больше 1 МБ, поэтому ничего не сохранено. Сократите текст и попробуйте ещё раз.",
		"The request is not the content of a form.":                                                                                           "Запрос не похож на заполненную форму.",
		"The form was damaged on its way. Go back and try again.":                                                                             "Форма повреждена при передаче. Вернитесь назад и попробуйте ещё раз.",
		"Wrong address": "Неверный адрес",
		"This service answers at another address.": "Этот сервис работает по другому адресу.",
		"Not available": "Недоступно",
		"The database cannot be written just now, so nothing was saved. Try again in a minute.": "Сейчас нельзя записать в базу данных, поэтому ничего не сохранено. Попробуйте через минуту.",
		"Something went wrong": "Что-то пошло не так",
		"It is our fault, not yours. If it happens again, tell whoever runs this service the number of the request.": "Это наша ошибка, не ваша. Если она повторится, сообщите номер запроса тому, кто обслуживает этот сервис.",
		"Request":           "Запрос",
		"To the start page": "На главную",
	}, counted: map[string]counted{
		"Too many tries. Wait %d minutes, then try again.": {english: "Too many tries. Wait %d minute, then try again.",
			one:  "Слишком много попыток. Подождите %d минуту и попробуйте снова.",
			few:  "Слишком много попыток. Подождите %d минуты и попробуйте снова.",
			many: "Слишком много попыток. Подождите %d минут и попробуйте снова."},
		"Too many tries. Wait %d seconds, then try again.": {english: "Too many tries. Wait %d second, then try again.",
			one:  "Слишком много попыток. Подождите %d секунду и попробуйте снова.",
			few:  "Слишком много попыток. Подождите %d секунды и попробуйте снова.",
			many: "Слишком много попыток. Подождите %d секунд и попробуйте снова."},
	}}
}
