"""Replacement templates (Go ``Regexp.Expand``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def expanded(template: str, names: Sequence[str], group: Callable[[int], str | None]) -> str:
    """A template with ``$1``, ``$name``, ``${name}`` and ``$$`` replaced; a group that holds nothing is "".

    ``names`` are those of the groups from 1 on. ``$1x`` is the group named ``1x``; a ``$`` that begins no name stays.
    """
    parts: list[str] = []
    before, dollar, rest = template.partition("$")
    parts.append(before)
    while dollar:
        if rest.startswith("$"):
            parts.append("$")
            rest = rest[1:]
        elif (found := _name(rest)) is None:
            parts.append("$")
        else:
            name, rest = found
            parts.append(_held(name, names, group))
        before, dollar, rest = rest.partition("$")
        parts.append(before)
    return "".join(parts)


def _name(rest: str) -> tuple[str, str] | None:
    """The name that begins a text, and what follows it."""
    braced = rest.startswith("{")
    end = start = int(braced)
    while end < len(rest) and (rest[end] == "_" or rest[end].isalpha() or rest[end].isdecimal()):
        end += 1
    if end == start or (braced and not rest.startswith("}", end)):
        return None
    return rest[start:end], rest[end + braced :]


def _held(name: str, names: Sequence[str], group: Callable[[int], str | None]) -> str:
    if name.isascii() and name.isdigit() and len(name) < 9 and (name == "0" or name[0] != "0"):
        return group(int(name)) or ""
    for number, one in enumerate(names, 1):
        if one == name and (held := group(number)) is not None:
            return held
    return ""
