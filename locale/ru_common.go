package locale

func ruCommon() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
