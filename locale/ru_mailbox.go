package locale

func ruMailbox() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
