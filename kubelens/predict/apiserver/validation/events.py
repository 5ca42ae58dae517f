"""Events and ControllerRevisions, after ``pkg/apis/core/validation/events.go`` and ``pkg/apis/apps/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_qualified_name
from kubelens.predict.apiserver.options import Options

_SHORT: Final = 128
_NOTE: Final = 1024


def validate_event(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Event of the core group: the object it is about is in its namespace; more only with ``eventTime``."""
    _event(obj, obj.get("involvedObject", {}), obj.get("message", ""), "reportingComponent", report)


def validate_new_event(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Event of events.k8s.io, which leaves the fields of older Events empty."""
    _event(obj, obj.get("regarding", {}), obj.get("note", ""), "reportingController", report)
    if not obj.get("eventTime"):
        report.required(("eventTime",))
    if obj.get("type") not in ("Normal", "Warning"):
        report.invalid(("type",), obj.get("type", ""), "Normal or Warning")
    for field, named in (
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
        ("deprecatedSource", "source"),
    ):
        if obj.get(field):
            report.invalid((named,), "", "is not set in events.k8s.io")


def _event(obj: dict[str, Any], about: dict[str, Any], text: str, controller: str, report: Report) -> None:
    own, other = obj.get("metadata", {}).get("namespace", ""), about.get("namespace", "")
    timed = bool(obj.get("eventTime"))
    allowed = ("default", "kube-system") if timed else ("", "default")
    if (own not in allowed) if not other else (own != other and not timed):
        report.invalid(("involvedObject", "namespace"), other, f"the Event is in {own!r}")
    if not timed:
        return
    by = obj.get(controller, "")
    if not by:
        report.required((controller,))
    for problem in is_qualified_name(by):
        report.invalid((controller,), by, problem)
    for field in ("reportingInstance", "action", "reason"):
        value = obj.get(field, "")
        if not value:
            report.required((field,))
        if len(value.encode()) > _SHORT:
            report.invalid((field,), "", f"has more than {_SHORT} characters")
    if len(text.encode()) > _NOTE:
        report.invalid(("message",), "", f"has more than {_NOTE} characters")


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
