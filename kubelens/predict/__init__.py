"""Questions about behaviour and their answers."""
