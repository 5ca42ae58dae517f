"""CustomResourceDefinitions that sets bring: the cluster has them for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.workspace import Workspace

_DEFINITION: Final = "CustomResourceDefinition"


def texts_with_definitions(sets: Iterable[ApplySet]) -> Iterator[Loaded]:
    """The texts of sets that may hold a CustomResourceDefinition."""
    for one in sets:
        for text in one.texts:
            if text.source is not None and not text.taken_in and _DEFINITION in text.source.text:
                yield text


def offered_by(sets: Iterable[ApplySet], parsed: dict[int, Parsed] | None = None) -> list[Mapping[str, Any]]:
    """The CustomResourceDefinitions that sets bring, each name once.

    ``parsed``: documents there already, by the id of their source, which takes those that are read.
    """
    workspace = Workspace()
    workspace.noted = parsed
    texts = {text.uri: text for text in texts_with_definitions(sets)}
    workspace.fill(texts.values(), parsed or {})
    return once_each(definition.value for definition in workspace.definitions)


def once_each(definitions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """CustomResourceDefinitions, the first of each name."""
    found: dict[str, Mapping[str, Any]] = {}
    for value in definitions:
        found.setdefault(str(value.get("metadata", {}).get("name")), value)
    return list(found.values())
