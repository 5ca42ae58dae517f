"""From the bytes of a request to values of the types that a kind's schema names."""
