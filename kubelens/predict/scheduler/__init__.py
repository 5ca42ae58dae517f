"""The scheduler: where each Pod goes, and why not elsewhere."""
