"""Files that hold a scenario of kubelens, and maybe the manifests it is about: nobody applies them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.syntax.tree import Document, Mapping, Scalar, resolve

SCENARIO: Final = "a scenario: kubelens test plays it"


def holds_scenario(documents: Sequence[Document]) -> bool:
    """Whether a file's first document is a scenario: it begins with ``scenario`` and names no kind."""
    root = resolve(documents[0].root) if documents else None
    if not isinstance(root, Mapping) or not root.entries:
        return False
    keys = [key.text for key, _ in root.entries if isinstance(key, Scalar)]
    return keys[:1] == ["scenario"] and "kind" not in keys
