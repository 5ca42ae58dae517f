"""What the server warns of beside accepting, one module per family."""
