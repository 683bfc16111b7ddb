package locale

// ruPosts are the texts of those who write the blog.
func ruPosts() texts {
	return texts{
		plain: map[string]string{
			"An article needs a title.":   "Статье нужен заголовок.",
			"An article needs some text.": "Статье нужен текст.",
			"The address takes small Latin letters, digits and single hyphens between them, at most %d.": "В адресе могут быть строчные латинские буквы, цифры и одиночные дефисы между ними, всего не более %d.",
			"Say what the image shows, for readers who do not see it.":                                   "Опишите изображение для читателей, которые его не видят.",
			"Another article has this address, or had it before.":                                        "Такой адрес есть или был у другой статьи.",
		},
	}
}
