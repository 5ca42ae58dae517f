"""The labels of the Pods that controllers make: those of the template, and those that controllers add.

Follows ``getPodsLabelSet`` and ``newVersionedStatefulSetPod`` (statefulset), ``CreatePodTemplate`` (daemon/util),
``getNewReplicaSet`` (deployment) and ``setJobPodLabels``, ``addCompletionIndexLabel`` (job).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector

POD_NAME: Final = "statefulset.kubernetes.io/pod-name"
POD_INDEX: Final = "apps.kubernetes.io/pod-index"
COMPLETION_INDEX: Final = "batch.kubernetes.io/job-completion-index"
TEMPLATE_HASH: Final = "pod-template-hash"
_JOB_NAMES: Final = ("job-name", "batch.kubernetes.io/job-name")
_JOB_UIDS: Final = ("controller-uid", "batch.kubernetes.io/controller-uid")
_MADE_UP: Final[Mapping[str, frozenset[str]]] = {
    "Deployment": frozenset({TEMPLATE_HASH}),
    "Rollout": frozenset({"rollouts-pod-template-hash"}),
    "StatefulSet": frozenset({"controller-revision-hash"}),
    "DaemonSet": frozenset({"controller-revision-hash", "pod-template-generation"}),
    "Job": frozenset(_JOB_UIDS),
    "CronJob": frozenset((*_JOB_UIDS, *_JOB_NAMES)),
}
NUMBERED: Final = frozenset({POD_NAME, POD_INDEX, COMPLETION_INDEX})
_GIVEN: Final = frozenset({*_JOB_NAMES, *NUMBERED}.union(*_MADE_UP.values()))
MOST: Final = 10_000


class NumberedPods(Struct, frozen=True):
    """The numbers of Pods that a controller counts; ``open_ended``: there may be more, as where an autoscaler says."""

    first: int
    count: int
    open_ended: bool = False

    def __contains__(self, number: int) -> bool:
        return number >= self.first and (self.open_ended or number < self.first + self.count)


def numbered_pods(resource: Resource) -> NumberedPods | None:
    """The ordinals of a StatefulSet, the indexes of an Indexed Job; None for what does not number its Pods."""
    spec = resource.spec
    if resource.kind == "StatefulSet":
        start = fields.integer(fields.mapping(spec, "ordinals"), "start") or 0
        replicas = fields.integer(spec, "replicas")
        return NumberedPods(start, 1 if replicas is None else max(replicas, 0), open_ended=replicas is None)
    if resource.kind == "CronJob":
        spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    if resource.kind in ("Job", "CronJob") and fields.text(spec, "completionMode") == "Indexed":
        return NumberedPods(0, max(fields.integer(spec, "completions") or 0, 0))
    return None


def labels_by_controller(resource: Resource) -> dict[str, str]:
    """Labels that all Pods of a workload get beside those of its template, where their values are known."""
    return dict.fromkeys(_JOB_NAMES, resource.name) if resource.kind == "Job" and resource.name else {}


def labels_made_up(resource: Resource) -> frozenset[str]:
    """Labels that all Pods of a workload get with a value only the cluster knows."""
    made_up = _MADE_UP.get(resource.kind, frozenset())
    return made_up if resource.name or resource.kind != "Job" else made_up.union(_JOB_NAMES)


def labels_of_number(resource: Resource, number: int) -> dict[str, str]:
    """Labels of one Pod alone: that of an ordinal or an index."""
    if resource.kind == "StatefulSet":
        return {POD_NAME: f"{resource.name}-{number}", POD_INDEX: str(number)}
    return {COMPLETION_INDEX: str(number)} if numbered_pods(resource) is not None else {}


def given_by_controllers(key: str) -> bool:
    """Whether a label is one that controllers give Pods: no template tells its value."""
    return key in _GIVEN


def tells_pods_apart(selector: Selector) -> bool:
    """Whether a selector asks for labels by which Pods of one workload differ."""
    return any(asked.key in NUMBERED for asked in selector.requirements)


def selects(selector: Selector, labels: Mapping[str, str], resource: Resource) -> bool:
    """Whether a selector may match Pods of an object: by their template's labels, or those its controller adds."""
    if selector.nothing:
        return False
    if not any(asked.key in _GIVEN for asked in selector.requirements):
        return selector.matches(labels)
    apart = [asked for asked in selector.requirements if asked.key in NUMBERED]
    if not _all_hold(selector, {**labels, **labels_by_controller(resource)}, resource):
        return False
    return not apart or bool(_numbers(apart, resource))


def selects_number(selector: Selector, labels: Mapping[str, str], resource: Resource, number: int) -> bool:
    """Whether a selector may match one Pod of a workload that numbers them."""
    known = {**labels, **labels_by_controller(resource), **labels_of_number(resource, number)}
    return not selector.nothing and all(_holds(asked, known, resource) for asked in selector.requirements)


def selected_numbers(selector: Selector, resource: Resource) -> tuple[int, ...] | None:
    """Which of its numbered Pods a selector that matches a workload picks; None for all of them."""
    apart = [asked for asked in selector.requirements if asked.key in NUMBERED]
    numbered = numbered_pods(resource)
    if numbered is None or not apart:
        return None
    found = tuple(_numbers(apart, resource))
    return None if len(found) == numbered.count and not numbered.open_ended else found


def _all_hold(selector: Selector, known: Mapping[str, str], resource: Resource) -> bool:
    return all(_holds(asked, known, resource) for asked in selector.requirements if asked.key not in NUMBERED)


def _holds(asked: Requirement, known: Mapping[str, str], resource: Resource) -> bool:
    """Whether one requirement may hold: a label that is there with an unknown value may have any.

    The name of a CronJob's Job begins with the CronJob's.
    """
    if asked.key in labels_made_up(resource):
        if resource.kind == "CronJob" and asked.key in _JOB_NAMES and asked.operator is Operator.IN:
            return any(value.startswith(f"{resource.name}-") for value in asked.values)
        return asked.operator is not Operator.DOES_NOT_EXIST
    return asked.matches(known)


def _numbers(apart: list[Requirement], resource: Resource) -> list[int]:
    numbered = numbered_pods(resource)
    if numbered is None:
        return [0] if all(asked.matches({}) for asked in apart) else []
    named = {number for asked in apart for value in asked.values if (number := _number(value, resource)) is not None}
    candidates = {*named, *range(numbered.first, numbered.first + min(numbered.count, MOST))}
    return [
        number
        for number in sorted(candidates)
        if number in numbered and all(asked.matches(labels_of_number(resource, number)) for asked in apart)
    ]


def _number(value: str, resource: Resource) -> int | None:
    digits = value.removeprefix(f"{resource.name}-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
