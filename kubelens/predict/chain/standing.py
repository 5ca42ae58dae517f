"""``StandingPodsOf``: Pods of a workload that are themselves among the manifests, as ``kubectl get`` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector, read_labels
from kubelens.predict.api import Ask, Prediction

Owner = tuple[str, str]
"""Kind and name of a workload."""


class StandingPodsOf(Struct, frozen=True):
    """Which workloads of a namespace have Pods among the manifests, and which Pods are theirs?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[Mapping[Owner, tuple[Resource, ...]]]:
        """By the controller that Pods name, and by what stands above it: a Deployment above its ReplicaSet."""
        found: dict[Owner, list[Resource]] = {}
        for pod in ask.bundle.all("Pod", self.namespace, group=""):
            for owner in owners_above(pod, ask.bundle):
                found.setdefault(owner, []).append(pod)
        return Prediction({owner: tuple(pods) for owner, pods in found.items()})


def owners_above(pod: Resource, bundle: Bundle) -> Iterator[Owner]:
    """The controller that a Pod names, or the one that takes it on, then what stands above it."""
    if not any(True for _ in controllers_of(pod)):
        yield from _adopting(pod, bundle)
    for kind, name in controllers_of(pod):
        yield kind, name
        between = bundle.get(kind, pod.namespace, name)
        if between is not None:
            yield from controllers_of(between)
        elif kind in ("ReplicaSet", "Job"):
            above, stem = "Deployment" if kind == "ReplicaSet" else "CronJob", name.rpartition("-")[0]
            if stem and bundle.get(above, pod.namespace, stem) is not None:
                yield above, stem


def _adopting(pod: Resource, bundle: Bundle) -> Iterator[Owner]:
    """A StatefulSet takes on a Pod that nobody controls where its name and labels are those of one of its own (``ClaimPods``)."""
    stem, _, number = pod.name.rpartition("-")
    owner = bundle.get("StatefulSet", pod.namespace, stem, group="apps") if stem and number.isdecimal() else None
    if owner is not None and label_selector(owner.spec.get("selector")).matches(
        read_labels(pod.metadata.get("labels"))
    ):
        yield owner.kind, owner.name


def controllers_of(resource: Resource) -> Iterator[Owner]:
    """What an object says controls it: one at most, as a server keeps it."""
    for _, reference in fields.items(resource.metadata, "ownerReferences"):
        if reference.get("controller") is True:
            yield fields.text(reference, "kind"), fields.text(reference, "name")


def is_made_by_another(resource: Resource, bundle: Bundle) -> bool:
    """Whether what controls an object is among the manifests, too: its Pods are those of that one."""
    return any(bundle.get(kind, resource.namespace, name) is not None for kind, name in controllers_of(resource))
