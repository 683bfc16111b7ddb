package locale

// ruMarkup has the texts about Markdown and its limits.
func ruMarkup() texts {
	return texts{
		plain: map[string]string{
			"The paragraph in line %d has too many brackets, stars, underscores or backticks. Split it into several, or put a backslash before those that are to be shown.": "В абзаце на строке %d слишком много скобок, звёздочек, подчёркиваний или обратных апострофов. Разделите его на несколько или поставьте обратную косую черту перед теми знаками, которые нужно показать.",
			"Links of the form [text][1] repeat long addresses too often. Use shorter addresses, or fewer links.":                                                           "Ссылки вида [текст][1] слишком часто повторяют длинные адреса. Сократите адреса или число ссылок.",
			"Laid out, the text would take more than %d KB. Shorten it, or use fewer tables, links and marks.":                                                              "После оформления текст займёт больше %d КБ. Сократите его или уменьшите число таблиц, ссылок и знаков разметки.",
			"With this recipient's name and address in its fields, the email would be larger than %d KB.":                                                                   "С именем и адресом этого получателя письмо превысит %d КБ.",
			"With long names and addresses in its fields, the email would be larger than %d KB. Shorten the text, or use fewer fields.":                                     "С длинными именами и адресами в полях письмо превысит %d КБ. Сократите текст или число полей.",

			"Subject of a message":                          "Тема сообщения",
			"Text of a message":                             "Текст сообщения",
			"Text of an article":                            "Текст статьи",
			"Fields in a text":                              "Поля в тексте",
			"%d in one text":                                "%d в одном тексте",
			"%d KB":                                         "%d КБ",
			"Size of an email, for each recipient":          "Размер письма одному получателю",
			"Text when laid out, as HTML or plain text":     "Текст после оформления",
			"%d KB, or twice the text where that is more":   "%d КБ или удвоенный размер текста, если он больше",
			"Table cells in a text":                         "Ячейки таблиц в тексте",
			"Parts of a text, such as paragraphs and links": "Части текста: абзацы, ссылки и тому подобное",
			"Quotes and lists inside one another":           "Вложенность цитат и списков",
			"Emphasis, links and images inside one another": "Вложенность выделений, ссылок и картинок",
			"Texts laid out at once for one user":           "Тексты, которые оформляются для одного пользователя одновременно",

			"Mail programs cut longer ones off.":                                                                 "Более длинные почтовые программы обрезают.",
			"It is laid out anew for every preview and send.":                                                    "Он оформляется заново при каждом просмотре и каждой отправке.",
			"It is laid out anew for its readers.":                                                               "Он оформляется заново для читателей.",
			"Each stands for a name or address of any length.":                                                   "На месте каждого может оказаться имя или адрес любой длины.",
			"It is sent as often as there are recipients, and mail servers refuse what is too large.":            "Оно уходит столько раз, сколько получателей, а слишком большие письма почтовые серверы не принимают.",
			"A few kilobytes can repeat themselves into gigabytes, by links of the form [text][1] or by tables.": "Из нескольких килобайт ссылки вида [текст][1] и таблицы могут сделать гигабайты.",
			"A table has columns times rows of them, even where they are not written.":                           "В таблице их столбцы на строки, даже если они не записаны.",
			"Each takes memory while a text is laid out.":                                                        "Каждая занимает память, пока текст оформляется.",
			"The time to lay a text out grows with the square of the depth.":                                     "Время оформления растёт как квадрат глубины.",
			"Programs that read the result give up on deep nesting.":                                             "Программы, которые читают результат, не справляются с глубокой вложенностью.",
			"Previews must leave the processors to everybody else and to sending.":                               "Просмотр не должен отнимать процессоры у остальных и у отправки.",
		},
		counted: map[string]counted{
			"There are more than %d fields. Use fewer.": {0, "There is more than %d field. Use fewer.",
				"Полей больше %d. Уменьшите их число.", "Полей больше %d. Уменьшите их число.", "Полей больше %d. Уменьшите их число."},
			"Tables have more than %d cells, empty ones included. Make them smaller.": {0, "Tables have more than %d cell, empty ones included. Make them smaller.",
				"В таблицах больше %d ячейки, считая пустые. Уменьшите их.", "В таблицах больше %d ячеек, считая пустые. Уменьшите их.", "В таблицах больше %d ячеек, считая пустые. Уменьшите их."},
			"The text has more than %d parts, such as paragraphs, links and emphasised words. Split it.": {0, "The text has more than %d part, such as paragraphs, links and emphasised words. Split it.",
				"В тексте больше %d части: абзацев, ссылок, выделенных слов. Разделите его.", "В тексте больше %d частей: абзацев, ссылок, выделенных слов. Разделите его.", "В тексте больше %d частей: абзацев, ссылок, выделенных слов. Разделите его."},
			"Emphasis, links and images are nested more than %d deep. Remove some of their marks.": {0, "Emphasis, links and images are nested more than %d deep. Remove some of their marks.",
				"Выделения, ссылки и картинки вложены друг в друга больше %d раза. Уберите часть знаков разметки.", "Выделения, ссылки и картинки вложены друг в друга больше %d раз. Уберите часть знаков разметки.", "Выделения, ссылки и картинки вложены друг в друга больше %d раз. Уберите часть знаков разметки."},
			"%d cells":  {0, "%d cell", "%d ячейка", "%d ячейки", "%d ячеек"},
			"%d parts":  {0, "%d part", "%d часть", "%d части", "%d частей"},
			"%d levels": {0, "%d level", "%d уровень", "%d уровня", "%d уровней"},
			"%d texts":  {0, "%d text", "%d текст", "%d текста", "%d текстов"},
		},
	}
}
