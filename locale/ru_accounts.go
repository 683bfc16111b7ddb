package locale

func ruAccounts() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
