"""The errors of templates as Helm prints them (Helm, ``cleanupParseError`` and ``reformatExecErrorMsg``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.render.chart.fault import ASKED

_PREFIX: Final = "template: "


def parse_fault(file: str, text: str) -> str:
    """What is printed for a template that cannot be parsed; ``text`` is Go's."""
    tokens = text.split(": ")
    if len(tokens) == 1:
        return f"parse error in ({file}): {text}"
    return f"parse error at ({tokens[1]}): {tokens[-1]}"


def execution_fault(file: str, chain: Sequence[str], own_words: str | None, helm: int) -> str:
    """What is printed for a template that fails: ``chain`` holds Go's text of the error and of those it wraps.

    ``own_words``: what the chart itself says through ``fail`` and ``required``.
    """
    text = chain[0]
    tokens = text.split(": ", 2)
    if len(tokens) != 3:
        return f"execution error in ({file}): {text}"
    if own_words is not None:
        return f"{ASKED}({tokens[1]}): {own_words}"
    if helm == 3:
        return text
    blocks: list[str] = []
    for one in chain:
        block = _block(one)
        if block is None:
            return text
        if not blocks or blocks[-1] != block:
            blocks.append(block)
    return "".join(blocks).strip()


def _block(text: str) -> str | None:
    """One level of an error: its place, what is executed there and what is wrong; None for another kind of error."""
    if not text.startswith(_PREFIX):
        return None
    rest = text.removeprefix(_PREFIX)
    if rest.startswith("no template "):
        return f"{text}\n"
    place, _, after = rest.partition(": executing ")
    if after:
        return _executing(place, after) or _simple(rest)
    return _simple(rest)


def _executing(place: str, after: str) -> str | None:
    end = after.find('"', 1)
    if after[0] != '"' or end < 0 or not after.startswith(" at <", end + 1):
        return None
    location, found, message = after[end + 6 :].partition(">: ")
    if not found:
        return None
    message = message.partition(" template:")[0]
    return f'{place}\n  executing "{after[1:end]}" at <{location}>:\n    {message}\n'


def _simple(rest: str) -> str | None:
    place, found, message = rest.rpartition(": ")
    if not found:
        return None
    message = message.partition(" template:")[0]
    return f"{place}\n  {message}\n"
