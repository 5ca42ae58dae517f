"""What ``kustomize build`` prints, and which line of which file wrote each part of it."""
