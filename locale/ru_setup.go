package locale

func ruSetup() texts {
	return texts{plain: map[string]string{
		"Known browsers per account": "Браузеров, известных учётной записи",
		"A known browser can always sign in, whatever strangers try. The one unused for longest is forgotten first.": "Известный браузер всегда может войти, что бы ни пробовали посторонние. Первым забывается тот, которым дольше всего не пользовались.",
		"How long a browser stays known":            "Как долго браузер остаётся известным",
		"Devices get sold and given away.":          "Устройства продают и отдают другим.",
		"Failed sign-ins from one IPv6 /48 network": "Неудачных входов из одной сети IPv6 /48",
		"One customer may have this many addresses. After that, strangers on the network wait longer and longer.": "Столько адресов бывает у одного абонента. После этого посторонние из этой сети ждут всё дольше.",
		"Set up Postrider": "Настройка Postrider",
		"Create the first account. You'll be the admin, and you'll be signed in right away.": "Создайте первую учётную запись. Вы станете администратором и сразу войдёте.",
		"Welcome to Postrider. You're the admin.":                                            "Добро пожаловать в Postrider. Вы администратор.",
		"There's no admin yet. If you run this service, open the setup link that Postrider printed in the terminal when it started. Each start prints a new one.": "Здесь ещё нет администратора. Если сервис запустили вы, откройте ссылку для настройки, которую Postrider вывел в терминал при запуске. При каждом запуске ссылка новая.",
		"There's no admin yet. The first person to confirm their address becomes the admin.":                                                                      "Здесь ещё нет администратора. Им станет тот, кто первым подтвердит свой адрес.",
		"It has been used, Postrider has restarted and printed a new one, or there's already an admin.":                                                           "Её уже использовали, после перезапуска Postrider вывел новую или администратор уже есть.",
	}}
}
