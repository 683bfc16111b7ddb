package locale

func ruRequest() texts {
	return texts{plain: map[string]string{
		"A search can have up to %d characters. Go back, shorten it, and try again.":                             "Для поиска можно ввести не больше %d символов. Вернитесь назад, сократите запрос и попробуйте ещё раз.",
		"This took too long, so we stopped it. Wait a few seconds, then try again. A narrower search is faster.": "Это заняло слишком много времени, и мы это остановили. Подождите несколько секунд и попробуйте ещё раз. Чем точнее запрос, тем быстрее поиск.",

		"Search text, or any other value in a page address":                            "Текст поиска или любое другое значение в адресе страницы",
		"A search compares each of its characters with every character of your texts.": "При поиске каждый его символ сравнивается с каждым символом ваших текстов.",
		"Position in a list, carried by the “Next page” link":                          "Место в списке, которое передаёт ссылка «Следующая страница»",
		"It only holds a name or an address.":                                          "В нём только имя или адрес.",
		"Requests handled at the same time for one user":                               "Запросы одного пользователя, которые выполняются одновременно",
		"%d, plus %d waiting": "%d, и ещё %d в очереди",
		"Otherwise one person's searches and previews would slow everyone down.": "Иначе поиск и предпросмотр одного человека замедлили бы работу всех.",
		"Requests handled at the same time for one team":                         "Запросы одной команды, которые выполняются одновременно",
		"Otherwise one team's searches and previews would slow down the others.": "Иначе поиск и предпросмотр одной команды замедлили бы работу остальных.",
		"Time limit for a page":                                                         "Время на страницу",
		"A longer search is stopped to make room for others.":                           "Более долгий поиск останавливается и уступает место другим.",
		"Time limit for a form, from first byte to response":                            "Время на форму, от первого байта до ответа",
		"A slower form is stopped to make room for others.":                             "Более долгая обработка останавливается и уступает место другим.",
		"Time limit for receiving a response":                                           "Время, за которое ответ должен быть получен",
		"Otherwise connections that never read would stay open.":                        "Иначе соединения, которые ничего не читают, оставались бы открытыми.",
		"Open connections":                                                              "Открытые соединения",
		"Each uses memory.":                                                             "Каждое занимает память.",
		"Open connections from one network (an IPv4 address or an IPv6 /64)":            "Открытые соединения из одной сети (адрес IPv4 или /64 IPv6)",
		"Otherwise one visitor could take all connections. Trusted proxies are exempt.": "Иначе один посетитель мог бы занять все соединения. На доверенные прокси это не распространяется.",
		"Checks that the database is writable":                                          "Проверки, можно ли записать в базу данных",
		"Anyone can call /readyz, and each check writes to the disk.":                   "Вызвать /readyz может кто угодно, а каждая проверка пишет на диск.",
	}}
}
