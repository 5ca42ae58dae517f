"""Where ingress-nginx 1.15 sends a request, with its default settings."""
