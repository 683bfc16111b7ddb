package locale

func ruMailings() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
