package locale

func ruHome() texts {
	return texts{plain: map[string]string{
		"Mailings that arrive once, and on time": "Рассылки, которые приходят вовремя и только один раз",
		"Keep a list of your clients, write a message, and say when it goes out. Postrider sends it through your own mail server, and shows what became of every letter.": "Ведите список клиентов, напишите сообщение и укажите, когда его отправить. Postrider разошлёт его через ваш почтовый сервер и покажет судьбу каждого письма.",
		"Home":      "Главная",
		"Hello, %s": "Здравствуйте, %s!",
		"Hello":     "Здравствуйте!",
		"You watch over the mailings of every team.": "Вы следите за рассылками всех команд.",
		"Everything is set up.":                      "Всё настроено.",
		"Four steps to your first mailing:":          "Четыре шага до первой рассылки:",
		"A place for letters":                        "Место для писем",
		"Letters stay in the built-in mailbox, so you can try everything without sending mail.": "Письма остаются во встроенном почтовом ящике, так что всё можно попробовать, ничего не отправляя.",
		"A mail server is set up to send your letters.":                                         "Почтовый сервер для отправки писем настроен.",
		"Open":              "Открыть",
		"Your first client": "Первый клиент",
		"A client is a person who receives your mailings.": "Клиент — это человек, который получает ваши рассылки.",
		"Your first message": "Первое сообщение",
		"A subject and a text, which may greet each client by name.": "Тема и текст, в котором к каждому клиенту можно обратиться по имени.",
		"Your first mailing":                             "Первая рассылка",
		"Choose the message, who receives it, and when.": "Выберите сообщение, получателей и время.",
		"Plan a mailing":                                 "Создать рассылку",
		"done":                                           "сделано",
	}}
}
