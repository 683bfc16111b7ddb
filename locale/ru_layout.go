package locale

func ruLayout() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
