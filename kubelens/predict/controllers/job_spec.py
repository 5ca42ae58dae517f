"""What the Job controller reads of a Job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.predict.controllers.fields import Label, count, part, word

NO_LIMIT: Final = 2**31 - 1


class JobSpec(Struct, frozen=True):
    """The fields of a Job its controller reads, defaults filled in. ``completions`` of None: a work queue."""

    parallelism: int
    completions: int | None
    indexed: bool
    back_off: int
    per_index: int | None
    max_failed: int | None
    failure_policy: Mapping[str, Any] | None
    success_policy: Mapping[str, Any] | None
    suspended: bool
    replace_failed_only: bool
    containers: tuple[str, ...]
    revision: str
    deadline: int | None = None


def read_job_spec(value: Mapping[str, Any], label: Label) -> JobSpec:
    """A Job as its controller sees it."""
    spec = part(value, "spec")
    completions = spec.get("completions")
    parallelism = spec.get("parallelism")
    if completions is None and parallelism is None:
        completions = 1
    policy = spec.get("podFailurePolicy")
    success = spec.get("successPolicy")
    per_index = spec.get("backoffLimitPerIndex")
    pod = part(spec, "template", "spec")
    names = [
        word(c, "name", "")
        for group in (pod.get("initContainers"), pod.get("containers"))
        if isinstance(group, list)
        for c in group
        if isinstance(c, dict)
    ]
    replace = "Failed" if isinstance(policy, dict) else "TerminatingOrFailed"
    return JobSpec(
        count(spec, "parallelism", 1),
        completions if isinstance(completions, int) else None,
        word(spec, "completionMode", "NonIndexed") == "Indexed",
        count(spec, "backoffLimit", 6 if per_index is None else NO_LIMIT),
        per_index if isinstance(per_index, int) else None,
        spec.get("maxFailedIndexes") if isinstance(spec.get("maxFailedIndexes"), int) else None,
        policy if isinstance(policy, dict) else None,
        success if isinstance(success, dict) else None,
        spec.get("suspend") is True,
        word(spec, "podReplacementPolicy", replace) == "Failed",
        tuple(names),
        label(part(spec, "template")),
        count(spec, "activeDeadlineSeconds", 0) if spec.get("activeDeadlineSeconds") is not None else None,
    )
