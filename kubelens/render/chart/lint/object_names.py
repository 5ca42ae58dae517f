"""Names of objects by kind, in the words of apimachinery (``pkg/api/validation``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_SUBDOMAIN: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_1035: Final = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_PATHS: Final = (".", "..")
_UNCHECKED: Final = "certificatesigningrequest"
_RBAC: Final = ("role", "clusterrole", "rolebinding", "clusterrolebinding")


def name_problems(kind: str, name: str) -> list[str]:
    """What is wrong with the name of an object of a kind."""
    folded = kind.lower()
    if folded == _UNCHECKED:
        return []
    if folded in _RBAC:
        return _path_segment(name)
    return _CHECKS.get(folded, _subdomain)(name)


def _matched(pattern: str, name: str, longest: int, says: str) -> list[str]:
    found = [f"must be no more than {longest} characters"] if len(name) > longest else []
    if re.fullmatch(pattern, name, re.ASCII) is None:
        found.append(f"{says}, regex used for validation is '{pattern}')")
    return found


def _subdomain(name: str) -> list[str]:
    return _matched(
        _SUBDOMAIN,
        name,
        253,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
        "and must start and end with an alphanumeric character (e.g. 'example.com'",
    )


def _label(name: str) -> list[str]:
    return _matched(
        _LABEL,
        name,
        63,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        "and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc'",
    )


def _label_1035(name: str) -> list[str]:
    return _matched(
        _LABEL_1035,
        name,
        63,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'",
    )


def _path_segment(name: str) -> list[str]:
    if name in _PATHS:
        return [f"may not be '{name}'"]
    return [f"may not contain '{mark}'" for mark in "/%" if mark in name]


_CHECKS: Final[dict[str, Callable[[str], list[str]]]] = {"service": _label_1035, "namespace": _label}
