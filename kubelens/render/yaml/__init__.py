"""YAML as the renderers read and print it."""
