"""What the API server would say: decoding, defaults, validation, and the admission plugins behind it."""
