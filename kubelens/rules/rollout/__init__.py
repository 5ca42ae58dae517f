"""What happens on the way from one version to the next, and what stands in the way of a drain."""
