package locale

func ruName() texts {
	return texts{plain: map[string]string{
		"The domain as mail servers see it": "Домен, как его видят почтовые серверы",
		"mixed alphabets":                   "разные алфавиты",
		"This mixes letters from different alphabets, or uses letters that look like others. It may not be who it seems.": "Здесь смешаны буквы разных алфавитов или есть буквы, похожие на другие. Возможно, это не тот, кем кажется.",
		"Names can't contain invisible characters that change the direction of text.":                                     "Невидимые знаки, которые меняют направление текста, в названии и имени не допускаются.",
		"A name needs at least one letter or other visible character.":                                                    "Нужна хотя бы одна буква или другой видимый знак.",
		"Names can't contain invisible characters. Type the name instead of pasting it.":                                  "Невидимые знаки в названии и имени не допускаются. Наберите текст вручную вместо вставки.",
		"Use at most %d accents on one letter.":                                                                           "Не больше %d надстрочных знаков у одной буквы.",
		"Accents on one letter in a name":                                                                                 "Надстрочных знаков у одной буквы имени",
		"Stacked accents cover the lines above and below.":                                                                "Если их много, они закрывают соседние строки.",
	}}
}
