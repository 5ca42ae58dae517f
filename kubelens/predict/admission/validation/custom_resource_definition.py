"""CustomResourceDefinitions (being written by admission-kinds)."""
