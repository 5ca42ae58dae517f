"""``$(NAME)`` in variables, commands and arguments, as the kubelet puts values in.

Follows ``third_party/forked/golang/expansion`` (``Expand``, ``tryReadVariableName``).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from msgspec import Struct


class Expanded(Struct, frozen=True):
    """A text with values put in; ``used`` and ``left`` name the references that had a value and those that had none."""

    text: str
    used: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def expand(text: str, values: Mapping[str, str], most: int = sys.maxsize) -> Expanded:
    """Put values in: ``$(NAME)`` is the value, or stays as it is written; ``$$`` is ``$``; any other ``$`` stays.

    What was put in is not looked at again. A text of more than ``most`` characters ends there, in ``...``: values of values
    double with each variable.
    """
    parts: list[str] = []
    used: list[str] = []
    left: list[str] = []
    at = length = 0
    while length <= most and (dollar := text.find("$", at)) >= 0:
        parts.append(text[at:dollar])
        following = text[dollar + 1 : dollar + 2]
        end = text.find(")", dollar + 2) if following == "(" else -1
        if end >= 0:
            name = text[dollar + 2 : end]
            (used if name in values else left).append(name)
            parts.append(values.get(name, f"$({name})"))
            length += len(parts[-1])
            at = end + 1
        elif following == "$":
            parts.append("$")
            at = dollar + 2
        else:
            parts.append(f"${following}")
            at = dollar + 1 + len(following)
    parts.append(text[at:])
    whole = "".join(parts)
    return Expanded(f"{whole[:most]}..." if len(whole) > most else whole, tuple(used), tuple(left))
