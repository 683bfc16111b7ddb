package locale

// ruBlog has the texts that readers of the blog see.
func ruBlog() texts {
	return texts{
		plain: map[string]string{
			"Blog": "Блог",
			"Articles about mailings, clients and letters that arrive.":                     "Статьи о рассылках, клиентах и письмах, которые доходят.",
			"Nothing has been published yet":                                                "Пока ничего не опубликовано",
			"Come back later, or follow the feed: new articles appear in it by themselves.": "Загляните позже или подпишитесь на ленту: новые статьи появятся в ней сами.",
			"Feed":             "Лента",
			"← Newer articles": "← Более новые",
			"Older articles →": "Более старые →",
			"Previous article": "Предыдущая статья",
			"Next article":     "Следующая статья",
			"Draft":            "Черновик",
			"Scheduled":        "Запланирована",
			"More articles":    "Другие статьи",
			"All articles":     "Все статьи",
			"Postrider sends mailings to the clients of small teams.": "Postrider рассылает письма клиентам небольших команд.",
			"What it is": "Что это такое",
			"Only editors and admins see this article.":                             "Эту статью видят только редакторы и администраторы.",
			"Only editors and admins see this article before it appears by itself:": "Эту статью видят только редакторы и администраторы, пока она не появится сама:",
		},
		counted: map[string]counted{
			"%d minutes to read": {english: "%d minute to read", one: "%d минута чтения", few: "%d минуты чтения", many: "%d минут чтения"},
		},
	}
}
