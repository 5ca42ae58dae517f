"""Values as TOML writes them: the standard library only reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from kubelens.syntax.pattern import pattern

_BARE: Final = pattern(r"[A-Za-z0-9_-]+\Z")


def toml_entry(key: str, value: object) -> str:
    """``key = value`` on one line; tables are inline."""
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if _BARE.match(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(toml_entry(str(key), item) for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    # Everything else is written alike in JSON, but for the one control character that JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
