package locale

func ruRequest() texts {
	return texts{plain: map[string]string{
		"A search takes at most %d characters. Go back, shorten it, and try again.":                               "Для поиска можно ввести не больше %d символов. Вернитесь назад, сократите запрос и попробуйте ещё раз.",
		"This took too long, so it was stopped. Wait a few seconds, then try again. A narrower search is faster.": "Это заняло слишком много времени и было остановлено. Подождите несколько секунд и попробуйте ещё раз. Чем точнее запрос, тем быстрее поиск.",

		"Search text, or any other value in an address":                               "Текст поиска или любое другое значение в адресе страницы",
		"A search compares every character of it with every character of your texts.": "При поиске каждый его символ сравнивается с каждым символом ваших текстов.",
		"Place in a list, as “Next page” carries it":                                  "Место в списке, которое передаёт ссылка «Следующая страница»",
		"It holds a name or an address, and nothing longer.":                          "В нём имя или адрес, и ничего длиннее.",
		"Requests of one user that are worked on at once":                             "Запросы одного пользователя, которые выполняются одновременно",
		"%d, and %d that wait":                                                        "%d, и ещё %d в очереди",
		"One person's searches and previews would slow everyone down.":                "Поиск и предпросмотр одного человека замедлили бы работу всех.",
		"Requests of one team that are worked on at once":                             "Запросы одной команды, которые выполняются одновременно",
		"One team's searches and previews would slow down the others.":                "Поиск и предпросмотр одной команды замедлили бы работу остальных.",
		"Time for a page": "Время на страницу",
		"A search that takes longer is stopped and frees its place.": "Более долгий поиск останавливается и освобождает место.",
		"Time for a form, from its first byte to the answer":         "Время на форму, от первого байта до ответа",
		"A form that takes longer is stopped and frees its place.":   "Более долгая обработка останавливается и освобождает место.",
		"Time in which an answer must be received":                   "Время, за которое ответ должен быть получен",
		"Connections that never read would stay open.":               "Иначе соединения, которые ничего не читают, оставались бы открытыми.",
		"Open connections":   "Открытые соединения",
		"Each takes memory.": "Каждое занимает память.",
		"Open connections from one network (an IPv4 address or an IPv6 /64)":  "Открытые соединения из одной сети (адрес IPv4 или /64 IPv6)",
		"One visitor would take all connections. Trusted proxies are exempt.": "Один посетитель занял бы все соединения. На доверенные прокси это не распространяется.",
		"Checks of whether the database can be written":                       "Проверки, можно ли записать в базу данных",
		"Anyone may call /readyz, and each check writes to the disk.":         "Вызвать /readyz может кто угодно, а каждая проверка пишет на диск.",
	}}
}
