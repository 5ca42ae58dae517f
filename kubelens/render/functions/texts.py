"""Values as text: what sprig makes of an argument that may be anything (sprig, ``strval``, ``strslice``)."""

from __future__ import annotations

from kubelens.render.go.printing import format_value, own_text
from kubelens.render.go.utf8 import from_bytes


def text_of(value: object) -> str:
    """The value as text; a text is itself, with its origins."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return from_bytes(value)
    own = own_text(value)
    return format_value(value) if own is None else own


def texts_of(value: object) -> list[str]:
    """A list's items as texts, without nil; what is no list is the only item, and nil is none."""
    if isinstance(value, list):
        return [text_of(item) for item in value if item is not None]
    if isinstance(value, bytes):
        return [str(byte) for byte in value]
    return [] if value is None else [text_of(value)]
