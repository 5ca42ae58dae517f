"""Workloads: objects that bring Pods into being, and bare Pods, under one view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.labels_let_in import labels_let_in
from kubelens.kube.pod import Container, Path, PodSpec, read_pod_spec
from kubelens.kube.pod_labels import given_by_controllers, selects
from kubelens.kube.reads import Touchable, of_workloads
from kubelens.kube.resource import Resource
from kubelens.kube.selector import (
    NOTHING,
    Operator,
    Requirement,
    Selector,
    equality_selector,
    label_selector,
    read_labels,
)
from kubelens.kube.view import View
from kubelens.syntax.place import Place

_TEMPLATES: Final[Mapping[str, Path]] = {
    "Deployment": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Rollout": ("spec", "template"),
    "PodTemplate": ("template",),
    "Pod": (),
}
_GROUPS: Final = frozenset({"", "apps", "batch", "extensions", "apps.openshift.io"})
_ROLLOUTS: Final = frozenset({"argoproj.io"})
"""The group of Argo's Rollout, which stands in for a Deployment."""
WORKLOAD_KINDS: Final = tuple(kind for kind in _TEMPLATES if kind != "PodTemplate")


class Workload(View, frozen=True, eq=False):
    """An object that brings Pods into being.

    ``replicas``: how many Pods it keeps (None: not a fixed number, as for DaemonSets, or not written).
    ``selector``: its own selector over its Pods (NOTHING where the kind has none or it is generated).
    ``labels_open``: a mutating policy may give its Pods labels that are not known.
    """

    pod: PodSpec
    replicas: int | None
    selector: Selector
    labels_open: bool = False

    @property
    def kind(self) -> str:
        """The controller's kind, ``Pod`` for a bare Pod."""
        return self.resource.kind

    @property
    def desired(self) -> int:
        """How many Pods it keeps where that is a number: ``replicas`` with its default of 1."""
        return 1 if self.replicas is None else self.replicas


def read_workload(resource: Resource) -> Workload | None:
    """The workload an object is; None for other kinds and where there is no Pod template."""
    path = _TEMPLATES.get(resource.kind)
    if path is None or resource.gvk.group not in (_ROLLOUTS if resource.kind == "Rollout" else _GROUPS):
        return None
    return resource.view(_read)


def _read(resource: Resource) -> Workload | None:
    path = _TEMPLATES[resource.kind]
    template: Mapping[str, object] = resource.value
    for step in path:
        template = fields.mapping(template, str(step))
    spec = fields.optional_mapping(template, "spec")
    if spec is None:
        return None
    pod = read_pod_spec(spec, fields.mapping(template, "metadata"), (*path, "spec"), (*path, "metadata"))
    own = resource.spec
    selector = NOTHING
    if resource.kind in ("ReplicationController", "DeploymentConfig"):
        selector = equality_selector(own.get("selector")) if own.get("selector") else equality_selector(pod.labels)
    elif resource.kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Rollout") or (
        resource.kind == "Job" and own.get("manualSelector") is True
    ):
        selector = label_selector(own.get("selector"))
    replicas = fields.integer(own, "replicas") if resource.kind not in ("Pod", "DaemonSet", "Job", "CronJob") else None
    if resource.kind == "Job":
        replicas = fields.integer(own, "parallelism")
    return Workload(resource, pod, replicas, selector)


def workload_in(bundle: Bundle, resource: Resource) -> Workload | None:
    """The workload an object is, with the labels that its Pods have once admission let them in."""
    workload = read_workload(resource)
    given = labels_let_in(bundle).get(resource) if workload is not None else None
    if workload is None or given is None:
        return workload
    pod = _with_ports(workload.pod, given.ports) if given.ports else workload.pod
    return replace(workload, pod=replace(pod, labels=given.labels), labels_open=given.open)


def _with_ports(pod: PodSpec, ports: Mapping[str, object]) -> PodSpec:
    """A Pod whose containers have other ports than are written."""
    value = {
        **pod.value,
        "containers": [
            {**one, "ports": ports[name]} if isinstance(name := one.get("name"), str) and name in ports else one
            for one in pod.value.get("containers") or ()
        ],
    }
    return read_pod_spec(value, {"labels": pod.labels, "annotations": pod.annotations}, pod.path, pod.metadata_path)


def labels_in(bundle: Bundle, resource: Resource) -> Mapping[str, str]:
    """The labels of the Pods an object brings into being as they are stored, also where their template is not complete."""
    given = labels_let_in(bundle).get(resource)
    return template_labels(resource) if given is None else given.labels


def labels_open(bundle: Bundle, resource: Resource) -> bool:
    """Whether a mutating policy may give an object's Pods labels that are not known: what they lack is not to be said."""
    given = labels_let_in(bundle).get(resource)
    return given is not None and given.open


_BY_NAMESPACE: Final[WeakKeyDictionary[Bundle, dict[str | None, tuple[Workload, ...]]]] = WeakKeyDictionary()


def workloads(bundle: Bundle, namespace: str | None = None) -> Iterator[Workload]:
    """The workloads of a bundle (of one namespace where given) in order; partial objects left out."""
    bundle.note(of_workloads(namespace))
    return iter(_by_namespace(bundle).get(namespace, ()))


def _by_namespace(bundle: Bundle) -> dict[str | None, tuple[Workload, ...]]:
    labels_let_in(bundle)  # so that a selection rests on policies too
    index = _BY_NAMESPACE.get(bundle)
    if index is None:
        found: dict[str | None, list[Workload]] = {None: []}
        with bundle.unread():
            everything = tuple(bundle)
        for resource in everything:
            if (
                resource.kind in WORKLOAD_KINDS
                and not resource.partial
                and (workload := workload_in(bundle, resource)) is not None
            ):
                found[None].append(workload)
                found.setdefault(resource.namespace, []).append(workload)
        index = _BY_NAMESPACE[bundle] = {key: tuple(values) for key, values in found.items()}
    return index


class SelectedRead(Touchable, frozen=True, tag=True):
    """The Pods of a namespace that a selector matches."""

    namespace: str
    selector: Selector

    def touched_by(self, resource: Resource) -> bool:
        """Whether it matches the Pods of an object."""
        return (
            resource.namespace == self.namespace
            and resource.kind in WORKLOAD_KINDS
            and selects(self.selector, template_labels(resource), resource)
        )


def template_labels(resource: Resource) -> Mapping[str, str]:
    """The labels of the Pods an object brings into being, also where their template is not complete.

    A template without any labels gets those that the object selects by: it is refused otherwise.
    """
    if (workload := read_workload(resource)) is not None and workload.pod.labels:
        return workload.pod.labels
    template = fields.mapping(resource.spec, "template")
    labels = read_labels(fields.mapping(template, "metadata").get("labels"))
    return labels or read_labels(fields.mapping(resource.spec, "selector").get("matchLabels"))


_Label = tuple[str, str, str]
_BY_LABEL: Final[WeakKeyDictionary[Bundle, dict[_Label, list[Workload]]]] = WeakKeyDictionary()


def selected_workloads(bundle: Bundle, selector: Selector, namespace: str) -> list[Workload]:
    """The workloads of a namespace whose Pods a selector matches, in order; partial objects left out."""
    if selector.nothing:
        return []
    if bundle.reads is not None:
        bundle.note(SelectedRead(namespace, selector))
    by_namespace = _by_namespace(bundle)
    index = _BY_LABEL.get(bundle)
    if index is None:
        index = _BY_LABEL[bundle] = {}
        for workload in by_namespace[None]:
            for key, value in workload.pod.labels.items():
                index.setdefault((workload.namespace, key, value), []).append(workload)
    fewest: Sequence[Workload] = by_namespace.get(namespace, ())
    others = len(selector.requirements)
    for requirement in selector.requirements:
        if (
            len(requirement.values) == 1
            and requirement.operator is Operator.IN
            and not given_by_controllers(requirement.key)
        ):
            found = index.get((namespace, requirement.key, requirement.values[0]), ())
            if len(found) <= len(fewest):
                fewest, others = found, len(selector.requirements) - 1
    return [w for w in fewest if selects(selector, w.pod.labels, w.resource)] if others else list(fewest)


def indexed_requirement(selector: Selector) -> Requirement | None:
    """A single label that the templates of everything a selector matches carry, None where it asks for none."""
    for asked in selector.requirements:
        if asked.operator is Operator.IN and len(asked.values) == 1 and not given_by_controllers(asked.key):
            return asked
    return None


class LabelledRead(Touchable, frozen=True, tag=True):
    """The Pods of a namespace that carry a label, whatever its value."""

    namespace: str
    key: str

    def touched_by(self, resource: Resource) -> bool:
        """Whether an object's Pods carry it."""
        return (
            resource.namespace == self.namespace
            and resource.kind in WORKLOAD_KINDS
            and self.key in template_labels(resource)
        )


def labelled_workloads(bundle: Bundle, key: str, namespace: str) -> list[Workload]:
    """The workloads of a namespace whose Pods carry a label, in order; partial objects left out."""
    bundle.note(LabelledRead(namespace, key))
    return [w for w in _by_namespace(bundle).get(namespace, ()) if key in w.pod.labels]


class PodContainer(Struct, frozen=True, eq=False, dict=True):
    """A container with the workload whose Pods run it."""

    workload: Workload
    container: Container

    def place(self, *steps: str | int) -> Place:
        """A place in the container."""
        known = self._places.get(steps)
        if known is None:
            known = self._places[steps] = self.workload.resource.place.at(*self.container.path, *steps)
        return known

    def title(self) -> str:
        """``container 'web' of Deployment 'shop/web'``."""
        return self._title

    @cached_property
    def _places(self) -> dict[tuple[str | int, ...], Place]:
        return {}

    @cached_property
    def _title(self) -> str:
        noun = {"init": "init container", "sidecar": "sidecar", "ephemeral": "ephemeral container"}
        role = noun.get(self.container.role, "container")
        return f"{role} {self.container.name!r} of {self.workload.resource.key}"
