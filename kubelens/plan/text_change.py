"""What differs in texts that hold settings themselves: files of ConfigMaps in YAML and JSON."""

from __future__ import annotations

from typing import Final

from kubelens.plan.field_change import FieldChange, value_changes
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

_MOST_TEXT: Final = 100_000
"""Characters of a text that is read."""
_DEEPEST: Final = 50
"""Values inside one another, in a text that is taken apart."""


def text_changes(before: str, after: str) -> tuple[FieldChange, ...] | None:
    """The values that differ in two texts, empty where only how they are written does; None where one is no map of values."""
    old, new = _values(before), _values(after)
    return value_changes(old, new) if old is not None and new is not None else None


def _values(text: str) -> dict[str, object] | None:
    if len(text) > _MOST_TEXT or "\n---" in text:
        return None
    try:
        found = read_yaml(text, exact_numbers=True)
    except YamlFault:
        return None
    return found if isinstance(found, dict) and not _is_deeper(found, _DEEPEST) else None


def _is_deeper(value: object, most: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most == 0 or any(_is_deeper(one, most - 1) for one in inner)
