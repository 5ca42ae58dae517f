"""ControllerRevisions, after ``pkg/apis/apps/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def validate_controller_revision(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ControllerRevision keeps something, under a number."""
    if obj.get("data") is None:
        report.required(("data",))
    if obj.get("revision", 0) < 0:
        report.invalid(("revision",), obj["revision"], "is negative")


def validate_controller_revision_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """What it keeps stays."""
    validate_controller_revision(new, report, options)
    if new.get("data") != old.get("data"):
        report.invalid(("data",), "", "cannot change")


STRATEGIES: Final = (
    Strategy(
        "apps",
        "ControllerRevision",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_controller_revision,
        update=validate_controller_revision_update,
    ),
)
