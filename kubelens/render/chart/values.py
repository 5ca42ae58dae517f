"""Files of values: documents merged one over the other (Helm, ``loader.LoadValues``, ``MergeMaps``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import json_kind
from kubelens.render.chart.tables import put, shallow
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault, unmarshaling
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

_SEPARATOR: Final = pattern(r"^---([^\n]*)(?:\n|\Z)", re.MULTILINE)
_LINE: Final = pattern(r"\bline (\d+)")


def load_values(text: str, file: str, helm: int = 4) -> Sourced:
    """The values of a file: of its documents, later ones over earlier ones; Helm 3 reads the first alone.

    Raises:
        ChartFault: without the words that say which file it is; ``file`` and ``line`` do.
    """
    values = Sourced()
    for start, document in documents(text, file) if helm > 3 else ((0, text),):
        try:
            value = read_yaml(document, file, start=start)
            if value is not None and not isinstance(value, Sourced):
                raise unmarshaling(f"{json_kind(value)} into Go value of type map[string]interface {{}}")
        except YamlFault as fault:
            told = _LINE.search(str(fault))
            line = text.count("\n", 0, start) + int(told[1]) if told is not None else 1
            prefix = "cannot unmarshal yaml document: " if helm > 3 else ""
            raise ChartFault(f"{prefix}{fault}", file, line) from None
        if isinstance(value, Sourced):
            values = merge_maps(values, value)
    return values


def documents(text: str, file: str) -> Iterator[tuple[int, str]]:
    """(offset, text) of each document (apimachinery, ``YAMLReader.Read``): a separator may begin one."""
    start = 0
    for match in _SEPARATOR.finditer(text):
        rest = match[1].strip()
        if rest and not rest.startswith("#"):
            message = f"error reading yaml document: invalid Yaml document separator: {rest}"
            raise ChartFault(message, file, text.count("\n", 0, match.start()) + 1)
        if match.start() > start:
            yield start, text[start : match.start()]
            start = match.end()
    yield start, text[start:]


def merge_maps(base: Sourced, over: Sourced) -> Sourced:
    """A map of both, maps merged, entries of ``over`` before those of ``base``."""
    merged = shallow(base)
    for key, value in over.items():
        known = merged.get(key)
        if isinstance(value, Sourced) and isinstance(known, Sourced):
            put(merged, key, merge_maps(known, value), over)
        else:
            put(merged, key, value, over)
    return merged
