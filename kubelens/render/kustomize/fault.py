"""What stops a build."""

from __future__ import annotations

from typing import Final

from kubelens.render.origin import Origin, origins_in

_LONGEST: Final = 10_000
"""Characters of a message."""


class BuildFault(Exception):
    """What kustomize refuses, in its own words (``str``), and what in which file is to blame.

    ``reason``: the words without those about the way there. ``malformed``: a file is no YAML (``MalformedYAMLError``).
    ``warnings``: what was printed before. ``later``: what would be refused next, once this is repaired.
    """

    def __init__(self, message: str, origin: Origin | None = None, *, malformed: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.reason = message
        self.origin = origin
        self.malformed = malformed
        self.warnings: tuple[str, ...] = ()
        self.later: tuple[BuildFault, ...] = ()

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """The words; of those that quote others on a long way only the beginning and the end, for quotes double."""
        return self._message

    @message.setter
    def message(self, words: str) -> None:
        half = _LONGEST // 2
        self._message = words if len(words) <= _LONGEST else f"{words[:half]} ... {words[-half:]}"

    def within(self, prefix: str, origin: Origin | None = None) -> BuildFault:
        """The same fault with words before it (``errors.WrapPrefixf``)."""
        self.message = f"{prefix}: {self.message}"
        if self.origin is None:
            self.origin = origin
        return self

    def at(self, value: object) -> BuildFault:
        """The same fault, blamed on where ``value`` was written unless something else is to blame."""
        if self.origin is None:
            self.origin = first_origin(value)
        return self


def first_origin(value: object) -> Origin | None:
    """Where a value, or the first thing in it, was written."""
    found = origins_in(value)
    return found[0] if found else None
