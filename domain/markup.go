package domain

// Limits of a Markdown text besides its length, so that a few kilobytes cannot expand without bound.
const (
	MaxBlocksDeep = 50        // nested quotes and lists; deeper ones stay as typed
	MaxMarksDeep  = 100       // nested emphasis, links and images
	MaxCells      = 20_000    // in all tables of a text
	MaxNodes      = 100_000   // paragraphs, links, the words between marks and so on
	FreeOutput    = 100 << 10 // rendered bytes that any text may take
)

// MaxOutput is how many bytes a text of the given length may take once rendered, as HTML or plain text: FreeOutput or
// twice its length, whichever is greater.
func MaxOutput(length int) int { return max(FreeOutput, 2*length) }

// MaxRenders is how many texts are rendered for one user at the same time.
const MaxRenders = 2
