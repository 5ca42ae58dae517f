"""What the server warns of in workloads, after the ``WarningsOnCreate`` of their strategies."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, field_notation
from kubelens.predict.apiserver.warnings.pods import Pair, name_warnings, template_pairs
from kubelens.predict.apiserver.warnings.volumes import claim_warnings

_COMPLETIONS: Final = 100_000
_PARALLELISM: Final = 10_000


def pod_template_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A PodTemplate."""
    return template_pairs(obj.get("template", {}), ("template",))


def daemon_set_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A DaemonSet."""
    return template_pairs(obj.get("spec", {}).get("template", {}), ("spec", "template"))


def template_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A Deployment, ReplicaSet or ReplicationController."""
    return [*name_warnings(obj.get("metadata", {})), *daemon_set_warnings(obj)]


def stateful_set_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A StatefulSet."""
    spec = obj.get("spec", {})
    found = daemon_set_warnings(obj)
    for index, claim in enumerate(spec.get("volumeClaimTemplates", [])):
        found.extend(claim_warnings(claim.get("spec", {}), ("spec", "volumeClaimTemplates", index, "spec")))
    if (spec.get("revisionHistoryLimit") or 0) < 0:
        found.append(("spec.revisionHistoryLimit", "is negative: all old revisions are kept"))
    return found


def job_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A Job."""
    return [*name_warnings(obj.get("metadata", {})), *_job_spec(obj.get("spec", {}), ("spec",))]


def cron_job_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A CronJob."""
    spec = obj.get("spec", {})
    found = name_warnings(obj.get("metadata", {}))
    if "TZ" in spec.get("schedule", ""):
        found.append(("spec.schedule", "a time zone in a schedule is not supported, timeZone took its place"))
    return [*found, *_job_spec(spec.get("jobTemplate", {}).get("spec", {}), ("spec", "jobTemplate", "spec"))]


def _job_spec(spec: dict[str, Any], path: Path) -> list[Pair]:
    found: list[Pair] = []
    many = (spec.get("completions") or 0) > _COMPLETIONS and (spec.get("parallelism") or 0) > _PARALLELISM
    if many and spec.get("completionMode") == "Indexed":
        found.append(
            (field_notation(path), "with so many completions and Pods at a time failed indexes may not be tracked")
        )
    return [*found, *template_pairs(spec.get("template", {}), (*path, "template"))]
