"""The parts of an image reference."""

from __future__ import annotations


def image_parts(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image reference; ``""`` for what is not written."""
    rest, _, digest = image.partition("@")
    head, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return head + slash + name, tag, digest
