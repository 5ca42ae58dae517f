"""Parts that several kinds hold, one in a file."""
