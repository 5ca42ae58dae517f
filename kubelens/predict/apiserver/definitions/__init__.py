"""Custom resources: the definitions that declare them, and what the server says to their objects."""
