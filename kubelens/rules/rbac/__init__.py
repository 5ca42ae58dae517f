"""Rights that are written and grant nothing: names, scopes and verbs of roles."""
