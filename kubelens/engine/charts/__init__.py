"""Charts in a run: found among its files, read within bounds, rendered, and made into sets of objects."""
