"""Versions (sprig, ``semver.go``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from kubelens.render.functions.family import Family
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import MAX_UINT64, Struct, Uint64
from kubelens.render.semver.constraint import NotAConstraint, parse_constraint
from kubelens.render.semver.version import NotAVersion, Version, check_metadata, check_prerelease, parse_version

POINTER: Final = "*semver.Version"
_LAST_WITH_CLASSIC: Final = 3


def semver(helm: int) -> Family:
    """The functions, with the words of the library's release that a major version of Helm is built with."""
    family = Family()

    @family.function("semver", takes=("string",))
    def version_of(text: str) -> Struct:
        """The version, with the library's methods; fails on what is none."""
        try:
            return _struct(parse_version(text), POINTER)
        except NotAVersion as fault:
            raise TemplateFailure(str(fault)) from None

    @family.function("semverCompare", takes=("string", "string"))
    def compare(constraint: str, version: str) -> bool:
        """Whether the version satisfies the constraint; fails on what is none."""
        try:
            return parse_constraint(constraint).allows(parse_version(version))
        except NotAConstraint as fault:
            raise TemplateFailure(fault.classic if helm <= _LAST_WITH_CLASSIC else str(fault)) from None
        except NotAVersion as fault:
            raise TemplateFailure(str(fault)) from None

    return family


def _struct(version: Version, go_type: str) -> Struct:
    family = Family()
    for name, value in (
        ("Major", Uint64(version.major)),
        ("Minor", Uint64(version.minor)),
        ("Patch", Uint64(version.patch)),
        ("Prerelease", version.prerelease),
        ("Metadata", version.metadata),
        ("Original", version.original),
        ("String", str(version)),
    ):
        family.function(name)(_constant(value))
    for name, holds in _COMPARISONS.items():
        family.function(name, takes=(POINTER,))(_comparison(version, holds))
    family.function("Compare", takes=(POINTER,))(lambda other: version.compare(_version(other)))
    family.function("IncMajor")(lambda: _next(version, (version.major, 1), (version.minor, 0), (version.patch, 0)))
    family.function("IncMinor")(lambda: _next(version, (version.major, 0), (version.minor, 1), (version.patch, 0)))
    family.function("IncPatch")(lambda: _next_patch(version))
    family.function("SetPrerelease", takes=("string",))(lambda text: _with(version, check_prerelease, prerelease=text))
    family.function("SetMetadata", takes=("string",))(lambda text: _with(version, check_metadata, metadata=text))
    fields: dict[str, object] = {}
    return Struct(go_type, fields, family.functions, text=lambda: str(version), json=lambda: str(version))


_COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "LessThan": lambda order: order < 0,
    "LessThanEqual": lambda order: order <= 0,
    "GreaterThan": lambda order: order > 0,
    "GreaterThanEqual": lambda order: order >= 0,
    "Equal": lambda order: order == 0,
}


def _constant(value: object) -> Callable[[], object]:
    return lambda: value


def _comparison(version: Version, holds: Callable[[int], bool]) -> Callable[[object], bool]:
    return lambda other: holds(version.compare(_version(other)))


def _version(value: object) -> Version:
    if not isinstance(value, Struct) or value.text is None:
        raise TemplateFailure("runtime error: invalid memory address or nil pointer dereference")
    return parse_version(value.text())


def _next(version: Version, *parts: tuple[int, int]) -> Struct:
    """The version whose marked part is one more, and what follows it zero."""
    numbers: list[int] = []
    raised = False
    for name, (value, step) in zip(("major", "minor", "patch"), parts, strict=True):
        if step and value == MAX_UINT64:
            raise TemplateFailure(f"{name} version increment would overflow uint64")
        numbers.append(0 if raised else value + step)
        raised = raised or bool(step)
    major, minor, patch = numbers
    return _struct(_renamed(Version(major, minor, patch), version), "semver.Version")


def _next_patch(version: Version) -> Struct:
    step = 0 if version.prerelease else 1
    return _next(version, (version.major, 0), (version.minor, 0), (version.patch, step))


def _with(version: Version, check: Callable[[str], None], **changes: str) -> Struct:
    try:
        for text in changes.values():
            if text:
                check(text)
    except NotAVersion as fault:
        raise TemplateFailure(str(fault)) from None
    return _struct(_renamed(msgspec.structs.replace(version, **changes), version), "semver.Version")


def _renamed(made: Version, version: Version) -> Version:
    """With the text that it would have been read from: a ``v`` stays."""
    prefix = "v" if version.original.startswith("v") else ""
    return msgspec.structs.replace(made, original=f"{prefix}{made}")
