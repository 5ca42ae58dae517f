"""Regular expressions that are compiled when they are first used.

There are hundreds of them, compiling one costs as much as importing a small module, and a run uses a few.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: re.RegexFlag | int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, to be called by its methods: ``match``, ``sub``, ``groups`` and so on."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    """Looks like a compiled expression; each method is looked up once and then an attribute like any other."""

    def __init__(self, text: str | bytes, flags: re.RegexFlag | int) -> None:
        self._text, self._flags = text, flags
        self._compiled: re.Pattern[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and pickling ask of any object
            raise AttributeError(name)
        if self._compiled is None:
            self._compiled = re.compile(self._text, self._flags)
        method = getattr(self._compiled, name)
        setattr(self, name, method)
        return method
