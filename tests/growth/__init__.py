"""Nothing grows faster than its input."""
