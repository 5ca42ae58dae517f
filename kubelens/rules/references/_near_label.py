"""What the rules about selectors share: selectors that match no Pod, one slip away from Pods that are meant."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector, equality_selector, label_selector
from kubelens.kube.workload import Workload, labelled_workloads, selected_workloads
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
        for workload, asked in _all_but_one(selection.selector, ctx.bundle, resource.namespace):
            key, wanted = asked.key, asked.values[0]
            has = workload.pod.labels.get(key, "")
            if has == wanted or not one_slip(wanted, has):
                continue
            labels = workload.resource.place.at(*workload.pod.metadata_path, "labels", key)
            yield ctx.finding(
                f"the selector matches no Pod: it asks for {key}={wanted}, {workload.resource.key} has {key}={has}",
                at=selection.place.at(*below, key),
                related=[Related(labels, "the label that is meant")],
                notes=[consequence],
            )
            break


def _all_but_one(selector: Selector, bundle: Bundle, namespace: str) -> Iterator[tuple[Workload, Requirement]]:
    """The workloads whose Pods fulfil every requirement but one (perhaps that too) that asks for a single value."""
    for asked in selector.requirements:
        if asked.operator is not Operator.IN or len(asked.values) != 1:
            continue
        others = Selector(tuple(r for r in selector.requirements if r is not asked))
        if others.requirements:
            close = selected_workloads(bundle, others, namespace)
        else:
            close = labelled_workloads(bundle, asked.key, namespace)
        yield from ((workload, asked) for workload in close)


def _selects_some(resource: Resource, ctx: Context) -> bool:
    """Whether Pods are selected after all, found by an index: nearly always so, and then nothing else is asked."""
    if resource.kind == "Service":
        selector = equality_selector(resource.spec.get("selector"))
    else:
        written = resource.spec.get("podSelector" if resource.kind == "NetworkPolicy" else "selector")
        selector = label_selector(written)
    return index_of(ctx.bundle).any_pod(selector, resource.namespace)
