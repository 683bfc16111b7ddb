package locale

// ruForm are the texts about forms as such.
func ruForm() texts {
	return texts{plain: map[string]string{
		"Addresses in the form of one client":                            "Адреса в форме одного клиента",
		"They are shown for a look before they are added.":               "Их показывают для проверки перед добавлением.",
		"Clients picked one by one for a mailing":                        "Клиенты, выбранные для рассылки поимённо",
		"Each is a box in the form. To reach more, send to all clients.": "Каждый — это флажок в форме. Чтобы охватить больше, отправьте всем клиентам.",
		"Fields of a form": "Поля формы",
		"Reading a form takes memory for each field.":                                          "Чтение формы занимает память под каждое поле.",
		"The form has more than %d fields, so nothing was saved. Choose fewer, and try again.": "В форме больше %d полей, поэтому ничего не сохранено. Выберите меньше и попробуйте ещё раз.",
	}, counted: map[string]counted{
		"%d fields": {0, "%d field", "%d поле", "%d поля", "%d полей"},
	}}
}
