package locale

func ruLayout() texts {
	return texts{plain: map[string]string{
		"Error: %s":                   "Ошибка: %s",
		"Skip to main content":        "Перейти к основному содержанию",
		"Main":                        "Основное меню",
		"Admin":                       "Управление",
		"All mailings":                "Все рассылки",
		"View blog":                   "Открыть блог",
		"Test mode: emails stay here": "Тестовый режим: письма остаются здесь",
		"Sign in":                     "Войти",
		"Sign out":                    "Выйти",
		"Sign up":                     "Зарегистрироваться",
		"Theme":                       "Оформление",
		"System":                      "Как в системе",
		"Light":                       "Светлое",
		"Dark":                        "Тёмное",
		"This is what you typed before. It isn't saved yet.": "Здесь то, что вы ввели раньше. Это ещё не сохранено.",
		"Discard it": "Отменить изменения",
		"We can't reach the server. What you typed is still here. Try again in a moment.": "Сервер недоступен. Всё, что вы ввели, осталось на месте: попробуйте ещё раз чуть позже.",
		"Connection lost, trying again": "Связь прервалась, пробуем снова",
	}}
}
