"""What a template language written in Go lets its users see of Go: types, printing, number syntax."""
