package locale

func ruHome() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
