"""Objects as a set."""
