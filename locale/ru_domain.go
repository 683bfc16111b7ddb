package locale

func ruDomain() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
