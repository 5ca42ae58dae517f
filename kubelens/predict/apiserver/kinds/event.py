"""Events of both groups, after ``pkg/apis/core/validation/events.go``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_SHORT: Final = 128
_NOTE: Final = 1024
_FEWEST: Final = 2
_FIXED: Final = {
    "regarding": "involvedObject", "reason": "reason", "note": "message", "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp", "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count", "type": "type", "eventTime": "eventTime", "action": "action", "related": "related",
    "reportingController": "reportingController", "reportingInstance": "reportingInstance",
}  # fmt: skip


def validate_event(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Event of the core group: the object it is about is in its namespace; more only with ``eventTime``."""
    _event(obj, obj.get("involvedObject", {}), obj.get("message", ""), "reportingComponent", report)


def validate_new_event(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An Event of events.k8s.io, which leaves the fields of older Events empty."""
    _event(obj, obj.get("regarding", {}), obj.get("note", ""), "reportingController", report)
    if not obj.get("eventTime"):
        report.required(("eventTime",))
    if obj.get("type") not in ("Normal", "Warning"):
        report.invalid(("type",), obj.get("type", ""), "must be Normal or Warning")
    for field, named in (
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
        ("deprecatedSource", "source"),
    ):
        if obj.get(field):
            report.inconsistent((named,), "must not be set in events.k8s.io")
    series = obj.get("series")
    if series is not None:
        if series.get("count", 0) < _FEWEST:
            report.invalid(("series", "count"), series.get("count", 0), f"must be at least {_FEWEST}")
        if not series.get("lastObservedTime"):
            report.required(("series", "lastObservedTime"))


def validate_new_event_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Only metadata and the series of an Event may change; the server names the fields of older Events."""
    validate_new_event(new, report, options)
    for field, told in _FIXED.items():
        if (new.get(field) or None) != (old.get(field) or None):
            report.add((field,), CauseReason.INVALID, "cannot change", told)


def _event(obj: dict[str, Any], about: dict[str, Any], text: str, controller: str, report: Report) -> None:
    own, other = obj.get("metadata", {}).get("namespace", ""), about.get("namespace", "")
    timed = bool(obj.get("eventTime"))
    allowed = ("default", "kube-system") if timed else ("", "default")
    if (own not in allowed) if not other else (own != other and not timed):
        report.invalid(("involvedObject", "namespace"), other, f"must be {own!r}, the Event's own")
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
            report.inconsistent((field,), f"must have at most {_SHORT} characters")
    if len(text.encode()) > _NOTE:
        report.inconsistent(("message",), f"must have at most {_NOTE} characters")


STRATEGIES: Final = (
    Strategy("", "Event", names=is_path_segment_name, namespaced=True, validate=validate_event),
    Strategy(
        "events.k8s.io",
        "Event",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_new_event,
        update=validate_new_event_update,
    ),
)
