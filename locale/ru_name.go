package locale

func ruName() texts {
	return texts{plain: map[string]string{
		"The domain as mail servers know it": "Домен, как его знают почтовые серверы",
		"mixed alphabets":                    "разные алфавиты",
		"Letters of different alphabets stand together here, or letters made to look like others. It may not be who it seems to be.": "Здесь рядом буквы разных алфавитов или буквы, похожие на другие. Возможно, это не тот, кем кажется.",
		"Invisible characters that change the direction of text are not allowed in a name.":                                          "Невидимые знаки, которые меняют направление текста, в названии и имени не допускаются.",
		"A name needs at least one letter or other visible character.":                                                               "Нужна хотя бы одна буква или другой видимый знак.",
		"Invisible characters are not allowed in a name. Type it instead of pasting it.":                                             "Невидимые знаки в названии и имени не допускаются. Наберите текст вручную вместо вставки.",
		"At most %d accents on one letter.":                                                                                          "Не больше %d надстрочных знаков у одной буквы.",
		"Accents on one letter of a name":                                                                                            "Надстрочных знаков у одной буквы имени",
		"Piled up, they cover the lines above and below.":                                                                            "Нагромождённые знаки закрывают соседние строки.",
	}}
}
