"""JSON as every machine format and every question writes it: valid, and harmless on a terminal and in a log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.report.printable import LONGEST, shortened
from kubelens.syntax.pattern import pattern

_LOG_COMMAND: Final = pattern(r"##(?=\w*\[)")


def json_text(value: object, *, indent: int | None = 2) -> str:
    """A value as JSON, without a line break at the end; what cannot be shown is written as ``\\u202e``.

    Texts in it are at most ``LONGEST`` characters long; of longer ones the middle is left out.
    """
    import json  # noqa: PLC0415 - a small run prints no JSON

    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if len(text) > LONGEST:
        text = json.dumps(_bounded(value), indent=indent, ensure_ascii=False)
    if "##" in text:
        text = _LOG_COMMAND.sub(r"#\\u0023", text)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text)


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, Mapping):
        return {_bounded(key): _bounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(inner) for inner in value]
    return value


def _escaped(character: str) -> str:
    import json  # noqa: PLC0415 - as above

    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"
