package locale

func ruLayout() texts {
	return texts{plain: map[string]string{
		"This is what you typed before. It isn't saved yet.": "Здесь то, что вы ввели раньше. Это ещё не сохранено.",
		"Discard it":          "Отменить изменения",
		"Skip to the content": "Перейти к содержанию",
		"Main":                "Основное меню",
		"Mailbox":             "Почта",
		"Sign in":             "Войти",
		"Sign out":            "Выйти",
		"Sign up":             "Регистрация",
		"Theme":               "Тема",
		"As the system":       "Как в системе",
		"Light":               "Светлая",
		"Dark":                "Тёмная",
		"The server cannot be reached. What you typed is still here: try again in a moment.": "Сервер недоступен. Всё, что вы ввели, осталось на месте: попробуйте ещё раз чуть позже.",
	}}
}
