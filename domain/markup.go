package domain

// Limits of a text in Markdown, beside its length: what a few kilobytes must not be able to make out of themselves.
const (
	MaxBlocksDeep = 50        // quotes and lists inside one another; deeper ones stay as typed
	MaxMarksDeep  = 100       // emphasis, links and images inside one another
	MaxCells      = 20_000    // of all tables of a text
	MaxNodes      = 100_000   // paragraphs, words between marks, links and the like
	FreeOutput    = 100 << 10 // bytes that any text may take when it is laid out
)

// MaxOutput is how many bytes a text of that many may take when it is laid out, as HTML or as plain text: the greater of
// FreeOutput and twice its length.
func MaxOutput(length int) int { return max(FreeOutput, 2*length) }

// MaxRenders is how many texts are laid out for one user at once.
const MaxRenders = 2
