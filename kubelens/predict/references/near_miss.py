"""``NearMissOf``: a selector that matches no Pod, beside Pods that are meant.

Pods are meant where one slip of the hand keeps the selector from them, or where their workload has the object's own name
and stands in its folder. A label that no template carries may be added while the Pods run (an operator marks the leader),
so it counts only where nothing of the selector fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.go_int import parse_int
from kubelens.kube.pod_labels import given_by_controllers, labels_of_number, numbered_pods, tells_pods_apart
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement, Selector, equality_selector, label_selector
from kubelens.kube.workload import Workload, labelled_workloads, selected_workloads, workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import Selection, SelectionsOf
from kubelens.predict.references.pods_index import index_of
from kubelens.predict.references.presence import one_slip
from kubelens.syntax.pattern import pattern

_ENDING: Final = pattern(r"-(svc|service|headless|deployment|deploy|statefulset|sts|pdb|policy|networkpolicy|netpol)\Z")


class NearMiss(Struct, frozen=True, eq=False):
    """The workload whose Pods are meant, and the requirement that keeps the selector from them.

    ``slip``: one slip of the hand does; else the workload goes by the object's name.
    """

    selection: Selection
    workload: Workload
    asked: Requirement
    slip: bool


class NearMissOf(Struct, frozen=True):
    """Which Pods does an object mean that selects none? None where it selects some, or none are meant."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[NearMiss | None]:
        """The first of its selectors that has such Pods."""
        resource = self.resource
        if resource.partial or _selects_some(resource, ask.bundle):
            return Prediction(None)
        for selection in ask(SelectionsOf(resource)).answer:
            if selection.matches or selection.selector.is_empty or selection.selector.nothing:
                continue
            for workload, asked in _all_but_one(selection.selector, ask.bundle, resource.namespace):
                has = workload.pod.labels.get(asked.key, "")
                if has != asked.values[0] and one_slip(asked.values[0], has):
                    return Prediction(NearMiss(selection, workload, asked, slip=True))
            if (counted := _past_the_last(selection.selector, ask.bundle, resource.namespace)) is not None:
                return Prediction(NearMiss(selection, *counted, slip=False))
            if (meant := _of_the_same_name(resource, selection.selector, ask.bundle)) is not None:
                return Prediction(NearMiss(selection, *meant, slip=False))
        return Prediction(None)


def _past_the_last(selector: Selector, bundle: Bundle, namespace: str) -> tuple[Workload, Requirement] | None:
    """The workload of whose numbered Pods one is asked for that it does not have: ``db-7`` of three."""
    if not tells_pods_apart(selector):
        return None
    for workload, asked in _all_but_one(selector, bundle, namespace):
        numbered = numbered_pods(workload.resource)
        if numbered is None or numbered.open_ended or asked.key not in labels_of_number(workload.resource, 0):
            continue
        stem, _, digits = asked.values[0].rpartition("-")
        number = parse_int(digits)
        if number is not None and stem in ("", workload.name) and number not in numbered:
            return workload, asked
    return None


def _of_the_same_name(resource: Resource, selector: Selector, bundle: Bundle) -> tuple[Workload, Requirement] | None:
    """The workload that goes by the object's own name, with the requirement that keeps its Pods from being selected."""
    if any(given_by_controllers(asked.key) for asked in selector.requirements) or bundle.is_patched(resource):
        return None
    folder = _folder(resource.place.uri)
    stem = _stem(resource.name)
    named = [w for w in workloads(bundle, resource.namespace) if w.name.startswith(stem) and _stem(w.name) == stem]
    for workload in sorted(named, key=_by_name):
        if _folder(workload.resource.place.uri) != folder:
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
            if given_by_controllers(asked.key):
                close = [w for w in workloads(bundle, namespace) if numbered_pods(w.resource) is not None]
        yield from ((workload, asked) for workload in sorted(close, key=_by_name))


def _by_name(workload: Workload) -> tuple[str, str, str, int]:
    """An order that does not depend on that of the files: the near miss is the same in every run."""
    place = workload.resource.place
    return workload.name, workload.kind, place.uri, place.document


def _selects_some(resource: Resource, bundle: Bundle) -> bool:
    """Whether Pods are selected after all, found by an index: nearly always so, and then nothing else is asked."""
    if resource.kind == "Service":
        selector = equality_selector(resource.spec.get("selector"))
    else:
        written = resource.spec.get("podSelector" if resource.kind == "NetworkPolicy" else "selector")
        selector = label_selector(written)
    return index_of(bundle).any_pod(selector, resource.namespace)


def _folder(uri: str) -> str:
    """The folder of a file; of what was printed the template's: who it was printed for stands behind, in parentheses."""
    return uri.partition(" (")[0].rpartition("/")[0]
