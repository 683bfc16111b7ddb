package locale

// ruConflict has the texts of a form whose thing someone else has saved.
func ruConflict() texts {
	return texts{plain: map[string]string{
		"Keep yours":     "Оставить ваше",
		"Take theirs":    "Взять чужое",
		"%s: theirs":     "%s: чужая версия",
		"Picked: %s":     "Выбраны: %s",
		"%s and %d more": "%s и ещё %d",
		"The newer version says the same as yours. It was saved:":                                            "Новая версия не отличается от вашей. Она сохранена:",
		"Where yours and theirs differ, both stand side by side. Choose, then save. Theirs was saved:":       "Там, где ваша версия и чужая расходятся, показаны обе. Выберите нужное и сохраните. Чужая сохранена:",
		"This does not exist any more. What you typed still stands here: save it, and it becomes a new one.": "Этого больше нет. Всё, что вы ввели, осталось здесь: сохраните, и появится новая запись.",
	}}
}
