"""One kind of question about a change a file; each takes both sides and what changed, and tells what follows."""
