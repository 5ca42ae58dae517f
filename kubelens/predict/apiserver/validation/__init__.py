"""What the server refuses in a decoded and defaulted object, one module per family of types."""
