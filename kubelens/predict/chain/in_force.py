"""The objects of a kind among the manifests that the API server takes: what it refuses counts for nothing."""

from __future__ import annotations

from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.chain.stored import Stored

_POLICIES: Final = "admissionregistration.k8s.io"
_BOUNDS: Final = (
    ("Namespace", ""),
    ("LimitRange", ""),
    ("ResourceQuota", ""),
    ("PriorityClass", "scheduling.k8s.io"),
    ("RuntimeClass", "node.k8s.io"),
    ("ValidatingAdmissionPolicy", _POLICIES),
    ("ValidatingAdmissionPolicyBinding", _POLICIES),
    ("MutatingAdmissionPolicy", _POLICIES),
    ("MutatingAdmissionPolicyBinding", _POLICIES),
)
"""What decides which Pods are let in, and with what."""


def is_in_force(resource: Resource, ask: Ask) -> bool:
    """Whether an object is whole and stored, or stands in a cluster already."""
    return not resource.partial and ask(Stored(resource)).answer.denial is None


def in_force(ask: Ask, kind: str, namespace: str | None = None, *, group: str) -> list[Resource]:
    """Those of a kind, in a namespace (None: in all), in the order of the files."""
    return [one for one in ask.bundle.all(kind, namespace, group=group) if is_in_force(one, ask)]


def refused_bounds(ask: Ask) -> list[Resource]:
    """What is to decide which Pods are let in, and does not, as the API server refuses it."""
    return [
        one
        for kind, group in _BOUNDS
        for one in ask.bundle.all(kind, group=group)
        if not one.partial and not is_in_force(one, ask)
    ]
