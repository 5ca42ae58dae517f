"""What credentials look like in a text: by their form alone, wherever they stand."""

from __future__ import annotations

from typing import Any, Final

from kubelens.syntax.pattern import pattern

NOT_SHOWN: Final = "(not shown)"
_FORMS: Final = pattern(
    r"(?P<private_key>(?i:-{1,5}BEGIN [A-Z ]*PRIVATE KEY-)(?s:.*?-END [A-Z ]*PRIVATE KEY-{1,5}|.*))"
    r"|(?P<aws>\bAKIA[0-9A-Z]{16}\b)|(?P<github>\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{60})"
    r"|(?P<gitlab>\bglpat-[A-Za-z0-9_-]{20})|(?P<slack>\bxox[abprs]-[0-9A-Za-z-]{20})"
    r"|(?P<stripe>\b[rs]k_live_[0-9A-Za-z]{24})|(?P<google>\bAIza[0-9A-Za-z_-]{35})"
    r"|(?P<web_token>\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
)


def credential_in(text: str) -> str:
    """What sort of credential a text holds, ``""`` where it looks like none."""
    found = _FORMS.search(text)
    return (found.lastgroup or "").replace("_", " ") if found else ""


def without_credentials(value: Any) -> Any:  # Any: what a field holds
    """The value with ``(not shown)`` where a credential stands in one of its texts."""
    if isinstance(value, str):
        return _FORMS.sub(NOT_SHOWN, value)
    if isinstance(value, dict):
        return {name: without_credentials(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_credentials(one) for one in value]
    return value
