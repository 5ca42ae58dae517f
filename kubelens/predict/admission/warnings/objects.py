"""Warnings of single objects (being written by admission-kinds)."""
