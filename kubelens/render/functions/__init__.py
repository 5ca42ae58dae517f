"""Every function that Helm ships, one family a file. ``library`` gives them all, bound to a render."""
