"""YAML with positions. Knows nothing of Kubernetes, and never raises on input."""
