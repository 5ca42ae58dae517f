"""ControllerRevisions, after ``pkg/apis/apps/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def validate_controller_revision(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ControllerRevision keeps a map, under a number."""
    data = obj.get("data")
    if data is None:
        report.required(("data",))
    elif not isinstance(data, dict) and options.has("data of a ControllerRevision is a map"):
        report.invalid(("data",), data, "must be a map")
    _number(obj, report)


def validate_controller_revision_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """What it keeps stays."""
    _number(new, report)
    if new.get("data") != old.get("data"):
        report.inconsistent(("data",), "cannot change")


def _number(obj: dict[str, Any], report: Report) -> None:
    if obj.get("revision", 0) < 0:
        report.invalid(("revision",), obj["revision"], "must be at least 0")


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
