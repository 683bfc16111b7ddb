package locale

func ruLayout() texts {
	return texts{plain: map[string]string{
		"Skip to main content": "Перейти к основному содержанию",
		"Main":                 "Основное меню",
		"Mailbox":              "Почта",
		"Sign in":              "Войти",
		"Sign out":             "Выйти",
		"Sign up":              "Зарегистрироваться",
		"Theme":                "Оформление",
		"System":               "Как в системе",
		"Light":                "Светлое",
		"Dark":                 "Тёмное",
		"We can't reach the server. What you typed is still here. Try again in a moment.": "Сервер недоступен. Всё, что вы ввели, осталось на месте: попробуйте ещё раз чуть позже.",
	}}
}
