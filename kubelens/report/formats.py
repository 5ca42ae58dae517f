"""The built-in output formats by name, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from kubelens.report.api import Reporter

BUILT_IN: Final = (
    *("full", "concise", "grouped", "markdown", "html"),
    *("json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"),
)


def built_in_reporter(name: str) -> Reporter | None:
    """The format of a name, None for names that are not built in."""
    if name not in BUILT_IN:
        return None
    found: Reporter = import_module(f"kubelens.report.{name}").REPORTER
    return found
