"""One version: ``1.2``, ``v1.2.3-rc.1+build`` (Masterminds/semver, ``NewVersion``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from kubelens.render.go.strconv import quote
from kubelens.render.go.types import MAX_UINT64
from kubelens.syntax.pattern import pattern

_SUFFIX: Final = r"(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
_VERSION: Final = pattern(rf"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?{_SUFFIX}\Z", re.ASCII)
_ALLOWED: Final = pattern(r"[0-9A-Za-z-]+\Z", re.ASCII)


class NotAVersion(ValueError):
    """Text that is no version; the message is the library's."""


class Version(msgspec.Struct, frozen=True):
    """A version; ``original`` is the text that it was read from."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    metadata: str = ""
    original: str = ""

    def __str__(self) -> str:
        prerelease = f"-{self.prerelease}" if self.prerelease else ""
        metadata = f"+{self.metadata}" if self.metadata else ""
        return f"{self.major}.{self.minor}.{self.patch}{prerelease}{metadata}"

    def compare(self, other: Version) -> int:
        """-1, 0 or 1: metadata does not count, a prerelease is less than its release."""
        mine, its = (self.major, self.minor, self.patch), (other.major, other.minor, other.patch)
        if mine != its:
            return 1 if mine > its else -1
        if self.prerelease == other.prerelease:
            return 0
        if not self.prerelease or not other.prerelease:
            return -1 if self.prerelease else 1
        return compare_prerelease(self.prerelease, other.prerelease)


def compare_prerelease(one: str, other: str) -> int:
    """-1, 0 or 1, part by part: numbers by value and before words, a part before none."""
    mine, its = one.split("."), other.split(".")
    for index in range(max(len(mine), len(its))):
        left = mine[index] if index < len(mine) else ""
        right = its[index] if index < len(its) else ""
        if left != right:
            return 1 if _prerelease_key(left) > _prerelease_key(right) else -1
    return 0


def _prerelease_key(part: str) -> tuple[int, int, str]:
    if not part:
        return 0, 0, ""
    if part.isdecimal() and part.isascii() and int(part) <= MAX_UINT64:
        return 1, int(part), ""
    return 2, 0, part


@lru_cache(maxsize=1024)
def parse_version(text: str) -> Version:
    """The version that a text stands for: minor and patch may be missing. Raises ``NotAVersion``."""
    match = _VERSION.match(text)
    if match is None:
        raise NotAVersion("invalid semantic version")
    major, minor, patch, prerelease, metadata = match.groups()
    if prerelease:
        check_prerelease(prerelease)
    return Version(
        _segment(major), _segment(minor or "0"), _segment(patch or "0"), prerelease or "", metadata or "", str(text)
    )


def _segment(digits: str) -> int:
    if len(digits) > 30 or int(digits) > MAX_UINT64:
        problem = f"strconv.ParseUint: parsing {quote(digits)}: value out of range"
        raise NotAVersion(f"error parsing version segment: {problem}")
    return int(digits)


def check_prerelease(text: str) -> None:
    """Raises ``NotAVersion`` for what may not stand behind the hyphen."""
    for part in text.split("."):
        if not _ALLOWED.match(part):
            raise NotAVersion("invalid prerelease string")
        if part.isdecimal() and len(part) > 1 and part[0] == "0":
            raise NotAVersion("version segment starts with 0")


def check_metadata(text: str) -> None:
    """Raises ``NotAVersion`` for what may not stand behind the plus."""
    if not all(_ALLOWED.match(part) for part in text.split(".")):
        raise NotAVersion("invalid metadata string")
