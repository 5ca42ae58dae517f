"""The labels that MutatingAdmissionPolicies of the manifests leave new Pods with: what selectors meet.

The API server runs mutating admission before it stores a Pod (apiserver ``pkg/admission/plugin/policy/mutating``); the
EndpointSlice controller, network plugins and budgets read what is stored, not the template that the Pod was made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.labels_let_in import NONE_GIVEN, Given, LabelsLetIn
from kubelens.kube.pod_labels import given_by_controllers
from kubelens.kube.resource import Resource
from kubelens.kube.selector import read_labels
from kubelens.kube.workload import WORKLOAD_KINDS, read_workload
from kubelens.predict.api import Ask, Oracle
from kubelens.predict.apiserver.plugins.policies_in_force import Mutated
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.admitted import sent_through
from kubelens.predict.chain.mutation import MutationOf, PoliciesInForce
from kubelens.predict.chain.pods_of import made_pods
from kubelens.predict.chain.surroundings import admission_of

_LABELS: Final = "labels"


def labels_of_admitted(bundle: Bundle) -> Given:
    """The objects whose Pods are stored with other labels than their template has, or may be."""
    ask = Oracle(bundle)
    writing = frozenset(one.policy.name for one in ask(PoliciesInForce()).answer if _writes_labels(one.policy))
    if not writing:
        return NONE_GIVEN
    there = (resource for kind in WORKLOAD_KINDS for resource in bundle.all(kind))
    return {resource: found for resource in there if (found := _let_in(resource, writing, ask)) is not None}


def _writes_labels(policy: Resource) -> bool:
    """Whether what a policy changes names labels at all: most add containers, variables or tolerations."""
    spec = policy.spec
    return _LABELS in json.dumps([spec.get("mutations"), spec.get("variables")], default=str)


def _let_in(resource: Resource, writing: frozenset[str], ask: Ask) -> LabelsLetIn | None:
    """None where they are those of the template for sure; Pods that a cluster holds already keep theirs."""
    if resource.partial or (resource.kind == "Pod" and exists_already(resource.value)):
        return None
    written = read_workload(resource)
    mutation = ask(MutationOf(resource)).answer
    workload = read_workload(mutation.resource)
    if written is None or workload is None or mutation.refusal is not None:
        return None
    made = made_pods(workload, 1)
    way = sent_through(resource, made, admission_of(resource, ask), ask)
    if way.refusal is not None:
        return None
    labels = _without_controllers(_labels_of(way), written.pod.labels)
    unknown = not writing.isdisjoint(name for name in _doubted((*mutation.unknown, *way.unknown)))
    return LabelsLetIn(labels, unknown) if unknown or labels != dict(written.pod.labels) else None


def _labels_of(way: Mutated) -> Mapping[str, str]:
    return read_labels(fields.mapping(way.value, "metadata").get(_LABELS))


def _without_controllers(labels: Mapping[str, str], template: Mapping[str, str]) -> dict[str, str]:
    """Labels of Pods but for those that their controller gives them, which selection knows of by itself."""
    return {key: value for key, value in labels.items() if key in template or not given_by_controllers(key)}


def _doubted(unknown: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """The policies of which it is not known what they change; several at once are named together."""
    return (name for names, _ in unknown for name in names.split(", "))
