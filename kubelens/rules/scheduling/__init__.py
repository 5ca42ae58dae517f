"""Whether Pods find a node."""
