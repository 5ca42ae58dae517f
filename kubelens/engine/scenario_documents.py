"""Files that hold a scenario of kubelens, and maybe the manifests it is about: nobody applies them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from kubelens.engine.loader import Loaded
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source
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
    return "scenario" in text or ("\\" in text and any(escape in text for escape in _LETTERS))


def scenario_in(loaded: Loaded) -> Sequence[Document]:
    """The documents of a text that holds a scenario, none where it does not."""
    source = loaded.source
    if source is None or loaded.made is not None or not may_hold_scenario(source.text):
        return ()
    documents = parse_source(source)[0]
    return documents if holds_scenario(documents) else ()


class Scenarios(Struct, frozen=True):
    """The scenario files among the texts of a run, and the folder that these are named from (``""``: this one)."""

    sources: tuple[Source, ...] = ()
    at: str = ""


def scenarios_of(loaded: Iterable[Loaded], at: str) -> Scenarios:
    """The scenario files among some texts."""
    return Scenarios(tuple(one.source for one in loaded if one.source is not None and scenario_in(one)), at)
