"""LeaseCandidates, after ``pkg/apis/coordination/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.cel.kubernetes import Semver
from kubelens.cel.values import CelError
from kubelens.predict.apiserver.causes import CauseReason, Report
from kubelens.predict.apiserver.formats import is_config_map_key, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_OLDEST: Final = "OldestEmulationVersion"


def validate_lease_candidate(obj: dict[str, Any], report: Report, options: Options) -> None:
    """The lease it is for, its versions, and how the holder is chosen."""
    spec = obj.get("spec", {})
    for field in ("leaseName", "binaryVersion", "strategy"):
        if not spec.get(field):
            report.required(("spec", field))
    versions: dict[str, Semver] = {}
    for field in ("emulationVersion", "binaryVersion"):
        if text := spec.get(field, ""):
            try:
                versions[field] = Semver(text)
            except CelError:
                report.invalid(("spec", field), text, "must be a version as semver.org has it")
    emulated, binary = versions.get("emulationVersion"), versions.get("binaryVersion")
    if emulated is not None and spec.get("binaryVersion") and (binary is None or binary.compare(emulated) < 0):
        report.invalid(("spec", "binaryVersion"), spec["binaryVersion"], "must be older than emulationVersion")
    strategy = spec.get("strategy", "")
    if strategy == _OLDEST and (emulated is None or emulated.order[0] == (0, 0, 0)):
        report.required(("spec", "emulationVersion"), f"{_OLDEST} compares it")
    if strategy:
        _strategy(strategy, report)


def _strategy(strategy: str, report: Report) -> None:
    """One of Kubernetes' own, or a qualified name; the server names the field twice over."""
    path, told = ("spec", "strategy"), "spec.strategy.strategy"
    if "/" not in strategy:
        if strategy != _OLDEST:
            report.add(path, CauseReason.NOT_SUPPORTED, f"must be one of {_OLDEST}, is '{strategy}'", told)
        return
    for problem in is_qualified_name(strategy):
        report.add(path, CauseReason.INVALID, f"{strategy!r}: {problem}", told)


def validate_lease_candidate_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The lease stays."""
    validate_lease_candidate(new, report, options)
    if new.get("spec", {}).get("leaseName", "") != old.get("spec", {}).get("leaseName", ""):
        report.add(("spec", "leaseName"), CauseReason.INVALID, "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "coordination.k8s.io",
        "LeaseCandidate",
        names=is_config_map_key,
        namespaced=True,
        validate=validate_lease_candidate,
        update=validate_lease_candidate_update,
    ),
)
