"""Files that hold a scenario of kubelens, and maybe the manifests it is about: nobody applies them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.syntax.tree import Document, Mapping, Scalar, resolve

_LETTERS: Final = ("\\x", "\\u", "\\U")
"""What begins an escape that may stand for a letter."""
SCENARIO: Final = "a scenario: kubelens test plays it"


def holds_scenario(documents: Sequence[Document]) -> bool:
    """Whether a file's first document is a scenario: it begins with ``scenario`` and names no kind."""
    root = resolve(documents[0].root) if documents else None
    if not isinstance(root, Mapping) or not root.entries:
        return False
    keys = [key.text for key, _ in root.entries if isinstance(key, Scalar)]
    return keys[:1] == ["scenario"] and "kind" not in keys


def may_hold_scenario(text: str) -> bool:
    """Whether a text has the word in it, or escapes that may come to it: a look that needs no tree."""
    return "scenario" in text or any(escape in text for escape in _LETTERS)
