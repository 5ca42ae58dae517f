"""What a version must be: ``>=1.21-0 <2 || ^3.1`` (Masterminds/semver, ``NewConstraint``, ``Check``)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import msgspec

from kubelens.render.go.strconv import quote
from kubelens.render.semver.version import NotAVersion, Version, compare_prerelease, parse_version
from kubelens.syntax.pattern import pattern

_PART: Final = r"[0-9|x|X|\*]+"
_NAMED: Final = r"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*"
_PLAIN: Final = rf"v?{_PART}(?:\.{_PART})?(?:\.{_PART})?(?:-{_NAMED})?(?:\+{_NAMED})?"
_GROUPED: Final = rf"v?({_PART})(\.{_PART})?(\.{_PART})?(-{_NAMED})?(?:\+{_NAMED})?"
_OPERATOR: Final = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
_SPACE: Final = r"[\t\n\f\r ]"
_SPACES: Final = pattern(f"{_SPACE}+")
_LIMIT: Final = pattern(rf"{_SPACE}*({_OPERATOR}){_SPACE}*({_GROUPED}){_SPACE}*\Z")
_RANGE: Final = pattern(rf"{_SPACE}*({_PLAIN}){_SPACE}+-{_SPACE}+({_PLAIN}){_SPACE}*")
_FIND: Final = pattern(rf"(?:{_OPERATOR}){_SPACE}*(?:{_PLAIN})")
_ONE: Final = rf"(?:{_OPERATOR}){_SPACE}*(?:{_PLAIN}){_SPACE}*"
_VALID: Final = pattern(rf"(?:{_SPACE}*{_ONE})(?:(?:{_SPACE}+|,{_SPACE}*){_ONE})*\Z")
_WILD: Final = frozenset({"x", "X", "*"})
_LONGEST: Final = 1000
"""Characters of a constraint: longer ones could take Python's ``re`` very long."""


class NotAConstraint(ValueError):
    """Text that is no constraint; the message is the library's. ``text`` is the part that is none."""

    def __init__(self, text: str) -> None:
        super().__init__(f"improper constraint: {quote(text)}")
        self.text = text

    @property
    def classic(self) -> str:
        """The message as before version 3.5."""
        return f"improper constraint: {self.text}"


class UnreadableConstraint(NotAConstraint):
    """A constraint whose version is none."""

    def __str__(self) -> str:
        return "constraint parser error"

    @property
    def classic(self) -> str:
        """The message, which did not change."""
        return str(self)


class Limit(msgspec.Struct, frozen=True):
    """One comparison. ``dirty``: a part is a wildcard or missing, and which one is the first."""

    operator: str
    version: Version
    dirty: bool = False
    minor_dirty: bool = False
    patch_dirty: bool = False

    def allows(self, version: Version) -> bool:
        """Whether the version is within this limit, prereleases taken like any other."""
        return _OPERATORS[self.operator](version, self)


class Constraint(msgspec.Struct, frozen=True):
    """Groups of limits: a version must be within all limits of one group."""

    groups: tuple[tuple[Limit, ...], ...]

    def allows(self, version: Version) -> bool:
        """Whether the version satisfies the constraint: a prerelease only in a group that names one."""
        return any(
            (not version.prerelease or any(limit.version.prerelease for limit in group))
            and all(limit.allows(version) for limit in group)
            for group in self.groups
        )


@lru_cache(maxsize=256)
def parse_constraint(text: str) -> Constraint:
    """The constraint that a text stands for; raises ``NotAConstraint``."""
    if len(text) > _LONGEST:
        raise NotAConstraint(text)
    text = _RANGE.sub(lambda found: f">= {found[1]}, <= {found[2]} ", str(text))
    return Constraint(tuple(_group(part) for part in text.split("||")))


def _group(text: str) -> tuple[Limit, ...]:
    spaced = _SPACES.sub(" ", text)
    if not _VALID.match(spaced):
        raise NotAConstraint(text)
    return tuple(map(_limit, _FIND.findall(spaced)))


def _limit(text: str) -> Limit:
    match = _LIMIT.match(text)
    if match is None:
        raise NotAConstraint(text)
    operator, _, major, minor, patch, prerelease = match.groups()
    behind = prerelease or ""
    try:
        if major in _WILD:
            return Limit(operator, parse_version(f"0.0.0{behind}"), dirty=True)
        if minor is None or minor[1:] in _WILD:
            return Limit(operator, parse_version(f"{major}.0.0{behind}"), dirty=True, minor_dirty=True)
        if patch is None or patch[1:] in _WILD:
            return Limit(operator, parse_version(f"{major}{minor}.0{behind}"), dirty=True, patch_dirty=True)
        return Limit(operator, parse_version(f"{major}{minor}{patch}{behind}"))
    except NotAVersion:
        raise UnreadableConstraint(text) from None


def _not_equal(version: Version, limit: Limit) -> bool:
    wanted = limit.version
    if limit.dirty:
        if wanted.major != version.major:
            return True
        if limit.minor_dirty:
            return False
        if wanted.minor != version.minor:
            return True
        if limit.patch_dirty:
            has_prerelease = bool(version.prerelease or wanted.prerelease)
            return has_prerelease and compare_prerelease(version.prerelease, wanted.prerelease) != 0
        if wanted.patch != version.patch:
            return True
    return version.compare(wanted) != 0


def _greater(version: Version, limit: Limit) -> bool:
    wanted = limit.version
    if not limit.dirty or (version.major == wanted.major and not limit.minor_dirty and not limit.patch_dirty):
        return version.compare(wanted) > 0
    if version.major != wanted.major:
        return version.major > wanted.major
    return limit.patch_dirty and version.minor > wanted.minor


def _less(version: Version, limit: Limit) -> bool:
    return version.compare(limit.version) < 0


def _at_least(version: Version, limit: Limit) -> bool:
    return version.compare(limit.version) >= 0


def _at_most(version: Version, limit: Limit) -> bool:
    wanted = limit.version
    if not limit.dirty:
        return version.compare(wanted) <= 0
    if version.major != wanted.major:
        return version.major < wanted.major
    return limit.minor_dirty or version.minor <= wanted.minor


def _tilde(version: Version, limit: Limit) -> bool:
    """``~1.2`` is 1.2 and its patches, ``~1`` all of 1; ``~0.0.0`` is everything."""
    wanted = limit.version
    if version.compare(wanted) < 0:
        return False
    if (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0) and not limit.minor_dirty and not limit.patch_dirty:
        return True
    return version.major == wanted.major and (limit.minor_dirty or version.minor == wanted.minor)


def _tilde_or_equal(version: Version, limit: Limit) -> bool:
    return _tilde(version, limit) if limit.dirty else version.compare(limit.version) == 0


def _caret(version: Version, limit: Limit) -> bool:
    """``^1.2`` is up to 2, ``^0.2`` up to 0.3, ``^0.0.3`` only itself."""
    wanted = limit.version
    if version.compare(wanted) < 0:
        return False
    if wanted.major > 0 or limit.minor_dirty or version.major > 0:
        return version.major == wanted.major
    if wanted.minor > 0 or limit.patch_dirty or version.minor > 0:
        return version.minor == wanted.minor
    return version.patch == wanted.patch


_OPERATORS: Final[dict[str, Callable[[Version, Limit], bool]]] = {
    "": _tilde_or_equal,
    "=": _tilde_or_equal,
    "!=": _not_equal,
    ">": _greater,
    "<": _less,
    ">=": _at_least,
    "=>": _at_least,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
