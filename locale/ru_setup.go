package locale

func ruSetup() texts {
	return texts{plain: map[string]string{
		"Browsers that an account knows": "Браузеров, известных учётной записи",
		"A known browser signs in whatever strangers try. The one that has not been used for longest is forgotten first.": "Известный браузер входит, что бы ни пробовали посторонние. Первым забывается тот, которым дольше всего не пользовались.",
		"How long a browser stays known":              "Как долго браузер остаётся известным",
		"Browsers are sold and given away.":           "Устройства продают и отдают другим.",
		"Wrong sign-ins from one /48 network of IPv6": "Неудачных входов из одной сети IPv6 /48",
		"One customer may have so many addresses. After that, strangers there wait longer and longer.": "Столько адресов бывает у одного клиента. После этого посторонние оттуда ждут всё дольше.",
		"Set up Postrider": "Настройка Postrider",
		"Create the first account. It belongs to the admin, and you are signed in at once.": "Создайте первую учётную запись. Она будет у администратора, и вы сразу войдёте.",
		"Welcome to Postrider. You are its admin.":                                          "Добро пожаловать в Postrider. Вы его администратор.",
		"This installation has no admin yet. If you run it, open the set-up link that Postrider showed in the terminal when it started. Each start shows a new one.": "Здесь ещё нет администратора. Если сервис запустили вы, откройте ссылку для настройки: Postrider показал её в терминале при запуске. При каждом запуске ссылка новая.",
		"There is no admin here yet. The first person to confirm their address becomes the admin.":                                                                   "Здесь ещё нет администратора. Им станет тот, кто первым подтвердит свой адрес.",
		"It has been used already, a newer start of Postrider has shown another one, or there is an admin by now.":                                                   "Она уже использована, после нового запуска Postrider показал другую, или администратор уже есть.",
	}}
}
