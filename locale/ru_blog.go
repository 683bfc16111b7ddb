package locale

// ruBlog has the texts that readers of the blog see.
func ruBlog() texts {
	return texts{
		plain: map[string]string{
			"Blog": "Блог",
			"Articles about mailings, clients and emails that arrive.": "Статьи о рассылках, клиентах и письмах, которые доходят до адресата.",
			"Nothing published yet": "Пока ничего не опубликовано",
			"Come back later, or follow the feed to get new articles.": "Загляните позже или подпишитесь на ленту, чтобы не пропустить новые статьи.",
			"Feed":             "Лента",
			"← Newer articles": "← Более новые статьи",
			"Older articles →": "Более старые статьи →",
			"Previous article": "Предыдущая статья",
			"Next article":     "Следующая статья",
			"Draft":            "Черновик",
			"Scheduled":        "Запланировано",
			"More articles":    "Другие статьи",
			"All articles":     "Все статьи",
			"Postrider helps small teams send mailings to their clients.": "Postrider помогает небольшим командам рассылать письма клиентам.",
			"About Postrider": "О Postrider",
			"Only editors and admins can see this article.":                      "Эту статью видят только редакторы и администраторы.",
			"Only editors and admins can see this article until it's published:": "Эту статью видят только редакторы и администраторы. Она будет опубликована:",
		},
		counted: map[string]counted{
			"%d-minute read": {english: "%d-minute read", one: "%d минута чтения", few: "%d минуты чтения", many: "%d минут чтения"},
		},
	}
}
