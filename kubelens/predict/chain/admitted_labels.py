"""The labels and ports that MutatingAdmissionPolicies of the manifests leave new Pods with: what selectors and Services meet.

The API server runs mutating admission before it stores a Pod (apiserver ``pkg/admission/plugin/policy/mutating``); the
EndpointSlice controller, network plugins and budgets read what is stored, not the template that the Pod was made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

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
_PORTS: Final = "ports"


def labels_of_admitted(bundle: Bundle) -> Given:
    """The objects whose Pods are stored with other labels or ports than their template has, or may be."""
    ask = Oracle(bundle)
    writing = frozenset(one.policy.name for one in ask(PoliciesInForce()).answer if _writes_labels(one.policy))
    if not writing:
        return NONE_GIVEN
    there = (resource for kind in WORKLOAD_KINDS for resource in bundle.all(kind))
    return {resource: found for resource in there if (found := _let_in(resource, writing, ask)) is not None}


def _writes_labels(policy: Resource) -> bool:
    """Whether what a policy changes names labels or ports at all: most add containers, variables or tolerations."""
    spec = policy.spec
    text = json.dumps([spec.get("mutations"), spec.get("variables")], default=str)
    return _LABELS in text or _PORTS in text


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
    ports = _ports_of(way.value, written.pod.value)
    return LabelsLetIn(labels, unknown, ports) if unknown or ports or labels != dict(written.pod.labels) else None


def _ports_of(pod: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, object]:
    """The ports of containers that are written, where they are others once a Pod is stored."""
    before = {fields.text(one, "name"): _numbered(one) for _, one in fields.items(written, "containers")}
    stored = fields.items(fields.mapping(pod, "spec"), "containers")
    now = {name: one for _, one in stored if (name := fields.text(one, "name")) in before}
    return {name: one.get(_PORTS) or [] for name, one in now.items() if _numbered(one) != before[name]}


def _numbered(container: Mapping[str, Any]) -> list[tuple[object, object, object]]:
    ports = (port for _, port in fields.items(container, _PORTS))
    return [(port.get("name") or "", port.get("containerPort"), port.get("protocol") or "TCP") for port in ports]


def _labels_of(way: Mutated) -> Mapping[str, str]:
    return read_labels(fields.mapping(way.value, "metadata").get(_LABELS))


def _without_controllers(labels: Mapping[str, str], template: Mapping[str, str]) -> dict[str, str]:
    """Labels of Pods but for those that their controller gives them, which selection knows of by itself."""
    return {key: value for key, value in labels.items() if key in template or not given_by_controllers(key)}


def _doubted(unknown: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """The policies of which it is not known what they change; several at once are named together."""
    return (name for names, _ in unknown for name in names.split(", "))
