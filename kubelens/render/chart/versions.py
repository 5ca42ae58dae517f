"""Versions of charts and of Kubernetes, and what constraints on them say."""

from __future__ import annotations

import re
from typing import Final

from kubelens.render.semver.constraint import NotAConstraint, parse_constraint
from kubelens.render.semver.version import NotAVersion, parse_version
from kubelens.syntax.pattern import pattern

_STRICT: Final = pattern(r"\d+\.\d+\.\d+(?:[-+]|\Z)", re.ASCII)


def is_version(text: str) -> bool:
    """Whether a text is a version, ``v`` and missing numbers allowed (Masterminds/semver, ``NewVersion``)."""
    try:
        parse_version(text)
    except NotAVersion:
        return False
    return True


def is_strict_version(text: str) -> bool:
    """Whether a text is a version of SemVer 2 to the letter (``StrictNewVersion``)."""
    return _STRICT.match(text) is not None and is_version(text)


def is_compatible(constraint: str, version: str) -> bool:
    """Whether a version lies within a constraint; what cannot be read does not (Helm, ``IsCompatibleRange``)."""
    try:
        return parse_constraint(constraint).allows(parse_version(version))
    except (NotAVersion, NotAConstraint):
        return False
