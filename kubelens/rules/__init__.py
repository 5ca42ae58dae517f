"""Opinions. One rule per file, in families; the file name is the rule name."""
