package locale

func ruAccount() texts {
	return texts{plain: map[string]string{
		"Email address": "Адрес электронной почты",
		"Password":      "Пароль",
		"At least 8 characters. A few random words are better than one word with symbols.": "Не меньше 8 символов. Несколько случайных слов надёжнее одного слова со спецсимволами.",
		"%d to %d characters": "от %d до %d символов",
		"Short passwords are easy to guess, and hashing long ones takes memory and time.": "Короткие пароли легко подобрать, а хеширование длинных занимает память и время.",
		"Your name":                "Ваше имя",
		"Optional.":                "Необязательно.",
		"Create your account":      "Регистрация",
		"Sign-up":                  "Регистрация",
		"Create account":           "Создать учётную запись",
		"Already have an account?": "Уже есть учётная запись?",
		"After that, sign-up is by invitation only.": "После этого регистрация будет только по приглашению.",
		"After that, sign-up is closed.":             "После этого регистрация закроется.",
		"New here?":                                  "Нет учётной записи?",
		"Sign-up is by invitation only. Ask someone who has an account to invite you.": "Регистрация только по приглашению. Попросите пригласить вас того, у кого есть учётная запись.",
		"Sign-up is closed. Ask the person who runs this service for an account.":      "Регистрация закрыта. Чтобы получить учётную запись, обратитесь к администратору сервиса.",
		"Open the built-in mailbox": "Открыть встроенный почтовый ящик",
		"Confirm your address":      "Подтвердите адрес",
		"Confirm address":           "Подтвердить адрес",

		"Wrong email address or password.":                                    "Неверный адрес или пароль.",
		"Confirm your address first. Open the link in the email we sent you.": "Сначала подтвердите адрес: откройте ссылку из письма, которое мы вам отправили.",
		"A user with this address already exists.":                            "Пользователь с таким адресом уже есть.",
		"This language isn't available.":                                      "Этот язык недоступен.",

		"Confirm your address for Postrider":   "Подтвердите адрес для Postrider",
		"You already have a Postrider account": "У вас уже есть учётная запись в Postrider",
		"Someone, hopefully you, tried to sign up for Postrider with this address, but it already has an account. Sign in here:\n\n<%s>\n\nIf this wasn't you, ignore this email.": "Кто-то (надеемся, вы) пытался зарегистрироваться в Postrider с этим адресом, но у этого адреса уже есть учётная запись. Войдите здесь:\n\n<%s>\n\nЕсли это были не вы, не обращайте внимания на это письмо.",
	}}
}
