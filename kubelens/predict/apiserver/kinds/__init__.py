"""One file a kind, named as the kind: the form of its names, its defaults, what the server refuses and warns of."""
