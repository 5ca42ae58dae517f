"""Paths below a folder, after core ``validateLocalDescendingPath`` and ``ValidateLocalNonReservedPath``."""

from __future__ import annotations

from kubelens.predict.apiserver.causes import CauseReason, Path, Report, shown


def validate_no_backsteps(text: str, report: Report, path: Path, field: str | None = None) -> None:
    """No part is ``..``. ``field`` is the server's spelling of the place where it differs."""
    if ".." in text and ".." in text.split("/"):
        _invalid(report, path, text, "must not hold '..'", field)


def validate_local_path(text: str, report: Report, path: Path, field: str | None = None) -> None:
    """Relative, without ``..``."""
    if text.startswith("/"):
        _invalid(report, path, text, "is not a relative path", field)
    validate_no_backsteps(text, report, path, field)


def validate_file_path(text: str, report: Report, path: Path, field: str | None = None) -> None:
    """Relative, without ``..``, and its first name does not begin with ``..`` either."""
    validate_local_path(text, report, path, field)
    if text.startswith("..") and not text.startswith("../"):
        _invalid(report, path, text, "begins with '..'", field)


def _invalid(report: Report, path: Path, text: str, message: str, field: str | None) -> None:
    report.add(path, CauseReason.INVALID, f"{shown(text)}: {message}", field)
