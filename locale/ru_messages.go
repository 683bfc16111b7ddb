package locale

func ruMessages() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
