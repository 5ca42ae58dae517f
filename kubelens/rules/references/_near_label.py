"""What the rules about selectors share: selectors that match no Pod, beside Pods that are meant.

Pods are meant where one slip of the hand keeps the selector from them, or where their workload has the object's own name
and stands in its folder. A label that no template carries may be added while the Pods run (an operator marks the leader),
so it counts only where nothing of the selector fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.pod_labels import given_by_controllers
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector, equality_selector, label_selector
from kubelens.kube.workload import Workload, labelled_workloads, selected_workloads, workloads
from kubelens.predict.references.graph import SelectionsOf
from kubelens.predict.references.presence import one_slip
from kubelens.rules.api import Context, Finding, Related, Severity
from kubelens.rules.reliability._index import index_of

_ENDING: Final = re.compile(
    r"-(svc|service|headless|deployment|deploy|statefulset|sts|pdb|policy|networkpolicy|netpol)\Z"
)


def selects_nothing(
    resource: Resource, ctx: Context, consequence: str, below: tuple[str, ...] = ("matchLabels",)
) -> Iterator[Finding]:
    """One finding where a selector that matches no Pod has Pods that are meant."""
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
            return
        if (meant := _of_the_same_name(resource, selection.selector, ctx)) is not None:
            workload, asked = meant
            key = asked.key
            at = selection.place.at(*below, key)
            labels = workload.resource.place.at(*workload.pod.metadata_path, "labels")
            has = f"{key}={workload.pod.labels[key]}" if key in workload.pod.labels else _shown(workload)
            yield ctx.finding(
                f"the selector matches no Pod: it asks for {asked}, {workload.resource.key} has {has}",
                at=at if asked.operator is Operator.IN and len(asked.values) == 1 else selection.place,
                related=[Related(labels.at(key) if key in workload.pod.labels else labels, "the Pods of that name")],
                notes=[consequence],
                severity=Severity.WARNING,
            )
            return


def _of_the_same_name(resource: Resource, selector: Selector, ctx: Context) -> tuple[Workload, Requirement] | None:
    """The workload that goes by the object's own name, with the requirement that keeps its Pods from being selected."""
    bundle = ctx.bundle
    if any(given_by_controllers(asked.key) for asked in selector.requirements) or bundle.is_patched(resource):
        return None
    folder = resource.place.uri.rpartition("/")[0]
    stem = _stem(resource.name)
    for workload in workloads(bundle, resource.namespace):
        if not workload.name.startswith(stem) or _stem(workload.name) != stem:
            continue
        if workload.resource.place.uri.rpartition("/")[0] != folder:
            continue
        failing = selector.failing(workload.pod.labels)
        other = [asked for asked in failing if asked.key in workload.pod.labels]
        if not workload.pod.labels or bundle.is_patched(workload.resource):
            return None
        if not failing or (len(failing) < len(selector.requirements) and len(other) < len(failing)):
            return None
        if index_of(bundle).made_elsewhere(selector, resource.namespace):
            return None
        return workload, (other or failing)[0]
    return None


def _stem(name: str) -> str:
    """A name without the ending that says what sort of object it is."""
    return _ENDING.sub("", name)


def _shown(workload: Workload) -> str:
    return ", ".join(f"{key}={value}" for key, value in list(workload.pod.labels.items())[:3])


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
