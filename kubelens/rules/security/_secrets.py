"""What names and values of secrets look like."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from kubelens.syntax.pattern import pattern

_TOKEN: Final = pattern(
    r"(?P<private_key>(?i:-BEGIN [A-Z ]*PRIVATE KEY-))"
    r"|(?P<aws>\bAKIA[0-9A-Z]{16}\b)|(?P<github>\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{60})"
    r"|(?P<gitlab>\bglpat-[A-Za-z0-9_-]{20})|(?P<slack>\bxox[abprs]-[0-9A-Za-z-]{20})"
    r"|(?P<stripe>\b[rs]k_live_[0-9A-Za-z]{24})|(?P<google>\bAIza[0-9A-Za-z_-]{35})"
    r"|(?P<web_token>\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
)


def is_secret_name(name: str, words: Iterable[str]) -> bool:
    """Whether one of the words (``*`` stands for anything) is part of a name, whatever the case."""
    lower = name.lower()
    for word in words:  # noqa: SIM110 - asked for every variable, and a generator costs more
        if word.lower() in lower or ("*" in word and fnmatchcase(lower, f"*{word.lower()}*")):
            return True
    return False


def secret_value(value: str) -> str:
    """What sort of credential a value holds, ``""`` where it looks like none."""
    found = _TOKEN.search(value)
    return (found.lastgroup or "").replace("_", " ") if found else ""
