"""What names of secrets look like."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def is_secret_name(name: str, words: Iterable[str]) -> bool:
    """Whether one of the words (``*`` stands for anything) is part of a name, whatever the case."""
    lower = name.lower()
    for word in words:  # noqa: SIM110 - asked for every variable, and a generator costs more
        if word.lower() in lower or ("*" in word and fnmatchcase(lower, f"*{word.lower()}*")):
            return True
    return False
