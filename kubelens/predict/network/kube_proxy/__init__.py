"""Where kube-proxy sends a connection."""
