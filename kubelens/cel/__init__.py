"""The Common Expression Language as an API server has it: reading, types, and evaluation. Knows no manifests."""
