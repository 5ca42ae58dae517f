"""Numbers and percentages of Pods."""

from __future__ import annotations

from typing import Any

from kubelens.kube.go_int import parse_int
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_valid_percent


def nonnegative(value: Any, report: Report, path: Path) -> None:
    """A number of zero or more."""
    if isinstance(value, int) and value < 0:
        report.invalid(path, value, "must be at least 0")


def int_or_percent(value: Any, report: Report, path: Path) -> None:
    """A whole number of zero or more, or a percentage."""
    if isinstance(value, int):
        nonnegative(value, report, path)
    else:
        for problem in is_valid_percent(value):
            report.invalid(path, value, problem)


def at_most_100_percent(value: Any, report: Report, path: Path) -> None:
    """A percentage of at most 100."""
    if isinstance(value, str) and not is_valid_percent(value) and (parse_int(value[:-1]) or 0) > 100:
        report.invalid(path, value, "must be at most 100%")


def amount(value: Any) -> int:
    """The number, of a percentage too: what is compared with zero."""
    if isinstance(value, int):
        return value
    text = value.removesuffix("%")
    return parse_int(text) or 0
