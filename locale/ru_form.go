package locale

// ruForm has the texts that all forms share.
func ruForm() texts {
	return texts{plain: map[string]string{
		"Clients selected one by one for a mailing":                           "Клиенты, выбранные для рассылки по одному",
		"Each is a checkbox in the form. To reach more, send to all clients.": "Каждый клиент — это флажок в форме. Чтобы охватить больше, отправьте всем клиентам.",
		"Fields in a form": "Поля формы",
		"Each field takes memory while the form is read.":                                     "Каждое поле занимает память при чтении формы.",
		"The form has more than %d fields, so nothing was saved. Select fewer and try again.": "В форме больше %d полей, поэтому ничего не сохранено. Выберите меньше и попробуйте ещё раз.",
	}, counted: map[string]counted{
		"%d fields": {0, "%d field", "%d поле", "%d поля", "%d полей"},
	}}
}
