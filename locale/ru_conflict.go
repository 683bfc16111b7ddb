package locale

// ruConflict has the texts of a form whose thing someone else has saved.
func ruConflict() texts {
	return texts{plain: map[string]string{
		"Keep yours":        "Оставить вашу версию",
		"Use theirs":        "Взять другую версию",
		"%s: their version": "%s: другая версия",
		"Selected: %s":      "Выбраны: %s",
		"%s and %d more":    "%s и ещё %d",
		"The newer version is the same as yours. It was saved:":                                                "Новая версия совпадает с вашей. Она сохранена:",
		"Fields that differ are shown side by side. Choose which to keep, then save. Their version was saved:": "Поля, которые различаются, показаны рядом. Выберите, что оставить, и сохраните. Другая версия сохранена:",
		"This no longer exists. What you typed is still here. Save it to create a new one.":                    "Этой записи больше нет. Всё, что вы ввели, осталось здесь: сохраните, и появится новая запись.",
	}}
}
