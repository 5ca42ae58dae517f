"""What the rules about selectors share: how a selector that matches no Pod, beside Pods that are meant, is told."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.pod_labels import numbered_pods
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator
from kubelens.kube.workload import Workload
from kubelens.predict.references.near_miss import NearMiss, NearMissOf
from kubelens.rules.api import Context, Finding, Related, Severity


def selects_nothing(
    resource: Resource, ctx: Context, consequence: str, below: tuple[str, ...] = ("matchLabels",)
) -> Iterator[Finding]:
    """One finding where a selector that matches no Pod has Pods that are meant."""
    miss = ctx.ask(NearMissOf(resource)).answer
    if miss is None:
        return
    workload, asked = miss.workload, miss.asked
    single = asked.operator is Operator.IN and len(asked.values) == 1
    labels = workload.resource.place.at(*workload.pod.metadata_path, "labels")
    there = asked.key in workload.pod.labels
    yield ctx.finding(
        f"the selector matches no Pod: it asks for {asked}, {workload.resource.key} has {_has(miss)}",
        at=miss.selection.place.at(*below, asked.key) if single else miss.selection.place,
        related=[
            Related(
                labels.at(asked.key) if there else labels,
                "the label that is meant" if miss.slip else "the Pods of that name",
            )
        ],
        notes=[consequence],
        severity=None if miss.slip else Severity.WARNING,
    )


def _has(miss: NearMiss) -> str:
    workload, key = miss.workload, miss.asked.key
    if key in workload.pod.labels:
        return f"{key}={workload.pod.labels[key]}"
    numbered = numbered_pods(workload.resource)
    if numbered is not None and key.endswith(("pod-name", "-index")):
        last = numbered.first + numbered.count - 1
        return f"Pods {numbered.first} to {last}" if numbered.count else "no Pods"
    return _shown(workload)


def _shown(workload: Workload) -> str:
    return ", ".join(f"{key}={value}" for key, value in list(workload.pod.labels.items())[:3])
