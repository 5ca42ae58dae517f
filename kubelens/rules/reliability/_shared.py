"""What several reliability rules ask: an image's parts, the other objects over the same Pods."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, equality_selector, label_selector, read_labels
from kubelens.kube.workload import WORKLOAD_KINDS, Workload, read_workload

PROBED = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Pod")
"""Kinds whose Pods run until they are replaced."""


def image_parts(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image reference; ``""`` for what is not written."""
    rest, _, digest = image.partition("@")
    head, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return head + slash + name, tag, digest


def services_over(workload: Workload, bundle: Bundle) -> list[Resource]:
    """The Services whose selector matches the workload's Pods."""
    return [
        s
        for s in bundle.all("Service", workload.namespace)
        if s.spec.get("selector") and equality_selector(s.spec.get("selector")).matches(workload.pod.labels)
    ]


def budgets_over(workload: Workload, bundle: Bundle) -> list[Resource]:
    """The PodDisruptionBudgets whose selector matches the workload's Pods."""
    return [
        b
        for b in bundle.all("PodDisruptionBudget", workload.namespace)
        if fields.optional_mapping(b.spec, "selector") is not None
        and label_selector(b.spec.get("selector")).matches(workload.pod.labels)
    ]


def autoscaler_of(kind: str, name: str, namespace: str, bundle: Bundle) -> Resource | None:
    """The HorizontalPodAutoscaler that scales an object."""
    for found in bundle.all("HorizontalPodAutoscaler", namespace):
        target: Any = fields.mapping(found.spec, "scaleTargetRef")
        if target.get("kind") == kind and target.get("name") == name:
            return found
    return None


def floor_of(workload: Workload, bundle: Bundle, unwritten: int = 1) -> int:
    """The fewest Pods it keeps: ``minReplicas`` of its autoscaler, else ``replicas``, else ``unwritten``."""
    scaler = autoscaler_of(workload.kind, workload.name, workload.namespace, bundle)
    if scaler is not None:
        return fields.integer(scaler.spec, "minReplicas") or 1
    return unwritten if workload.replicas is None else workload.replicas


def template_labels(resource: Resource) -> dict[str, str]:
    """The labels of the Pods an object brings into being, also where their template is not complete."""
    if (workload := read_workload(resource)) is not None:
        return dict(workload.pod.labels)
    template = fields.mapping(resource.spec, "template")
    return read_labels(fields.mapping(template, "metadata").get("labels"))


def is_selected(selector: Selector, namespace: str, bundle: Bundle) -> bool:
    """Whether a selector matches the Pods of any object of a namespace."""
    return any(
        selector.matches(template_labels(resource))
        for kind in WORKLOAD_KINDS
        for resource in bundle.all(kind, namespace)
    )
