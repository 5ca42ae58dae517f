"""Helm charts: what a chart's files, values and a release's name come to, as ``helm template`` prints it."""
