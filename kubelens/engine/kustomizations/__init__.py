"""Kustomizations in a run: found among its files, read within bounds, built, and made into sets of objects."""
