package locale

func ruAccount() texts {
	return texts{plain: map[string]string{
		"You've been signed out.": "Ваш сеанс завершён.",
		"You've been signed out. What you typed is still here. Sign in, then try again.":                                                            "Ваш сеанс завершён. Всё, что вы ввели, осталось на месте. Войдите и попробуйте ещё раз.",
		"You've been signed out, so nothing was saved. Sign in, and the form is here again with what you typed.":                                    "Ваш сеанс завершён, поэтому ничего не сохранено. Войдите, и форма снова откроется со всем, что вы ввели.",
		"You've been signed out, so nothing was saved. It's too much to keep here: sign in in a new tab, then go back in this one, and save again.": "Ваш сеанс завершён, поэтому ничего не сохранено. Данных слишком много, чтобы сохранить их здесь: войдите в новой вкладке, а в этой вернитесь назад и сохраните ещё раз.",
		"Sign in in a new tab": "Войти в новой вкладке",
		"You're signed in again. This is what you typed. It isn't saved yet.": "Вы снова вошли. Здесь всё, что вы ввели. Это ещё не сохранено.",
		"E-mail address": "Адрес электронной почты",
		"Password":       "Пароль",
		"At least 8 characters. A few random words are better than one with symbols.": "Не меньше 8 символов. Несколько случайных слов лучше, чем одно со значками.",
		"%d to %d characters": "от %d до %d символов",
		"Short ones are guessed. Each one is hashed, which takes memory and time.": "Короткие угадывают. Каждый хешируется, а это занимает память и время.",
		"Your name":                               "Ваше имя",
		"May stay empty.":                         "Можно не указывать.",
		"Create the account":                      "Создать учётную запись",
		"You have an account?":                    "Уже есть учётная запись?",
		"After that, one signs up by invitation.": "После этого регистрация будет по приглашению.",
		"After that, sign-up is closed.":          "После этого регистрация закроется.",
		"New here?":                               "Вы здесь впервые?",
		"Here one signs up by invitation. Ask somebody who has an account to invite you.": "Регистрация здесь по приглашению. Попросите того, у кого есть учётная запись, пригласить вас.",
		"Sign-up is closed here. Ask the person who runs this service for an account.":    "Регистрация закрыта. Попросите учётную запись у того, кто обслуживает этот сервис.",
		"Open the built-in mailbox": "Открыть встроенный почтовый ящик",
		"Confirm your address":      "Подтвердите адрес",
		"Confirm the address":       "Подтвердить адрес",

		"The address or the password is wrong.":                                          "Неверный адрес или пароль.",
		"Confirm your address first: open the link in the letter that we have sent you.": "Сначала подтвердите адрес: откройте ссылку из письма, которое мы вам отправили.",
		"There is a user with this address already.":                                     "Пользователь с этим адресом уже есть.",
		"There is no such language here.":                                                "Такого языка здесь нет.",

		"Confirm your address for Postrider": "Подтвердите адрес для Postrider",
		"You have an account at Postrider":   "У вас есть учётная запись в Postrider",
		"Somebody, hopefully you, has signed up at Postrider with this address, which has an account already. Sign in here:\n\n<%s>\n\nIf it was not you, do nothing.": "Кто-то, надеемся, что вы, зарегистрировался в Postrider с этим адресом, но учётная запись для него уже есть. Войти можно здесь:\n\n<%s>\n\nЕсли это были не вы, ничего не делайте.",
	}}
}
