package locale

func ruClients() texts {
	return texts{plain: map[string]string{}, counted: map[string]counted{}}
}
