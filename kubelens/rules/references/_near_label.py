"""What the rules about selectors share: selectors that match no Pod, one slip away from Pods that are meant."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, equality_selector, label_selector
from kubelens.kube.workload import workloads
from kubelens.predict.references.graph import SelectionsOf
from kubelens.predict.references.presence import one_slip
from kubelens.rules.api import Context, Finding, Related
from kubelens.rules.reliability._index import index_of


def selects_nothing(
    resource: Resource, ctx: Context, consequence: str, below: tuple[str, ...] = ("matchLabels",)
) -> Iterator[Finding]:
    """One finding where exactly one label keeps a selector from the Pods of a workload, by one slip in its value."""
    if resource.partial or _selects_some(resource, ctx):
        return
    for selection in ctx.ask(SelectionsOf(resource)).answer:
        if selection.matches or selection.selector.is_empty or selection.selector.nothing:
            continue
        for workload in workloads(ctx.bundle, resource.namespace):
            failing = selection.selector.failing(workload.pod.labels)
            if len(failing) != 1 or failing[0].operator is not Operator.IN or len(failing[0].values) != 1:
                continue
            key, wanted = failing[0].key, failing[0].values[0]
            has = workload.pod.labels.get(key, "")
            if not one_slip(wanted, has):
                continue
            labels = workload.resource.place.at(*workload.pod.metadata_path, "labels", key)
            yield ctx.finding(
                f"the selector matches no Pod: it asks for {key}={wanted}, {workload.resource.key} has {key}={has}",
                at=selection.place.at(*below, key),
                related=[Related(labels, "the label that is meant")],
                notes=[consequence],
            )
            break


def _selects_some(resource: Resource, ctx: Context) -> bool:
    """Whether Pods are selected after all, found by an index: nearly always so, and then nothing else is asked."""
    if resource.kind == "Service":
        selector = equality_selector(resource.spec.get("selector"))
    else:
        written = resource.spec.get("podSelector" if resource.kind == "NetworkPolicy" else "selector")
        selector = label_selector(written)
    return index_of(ctx.bundle).any_pod(selector, resource.namespace)
