package locale

func ruErrors() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
