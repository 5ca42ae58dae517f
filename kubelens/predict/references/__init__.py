"""The object graph: which object refers to which, by which field."""
