"""What several reliability rules ask: an image's parts, the other objects over the same Pods."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import equality_selector, label_selector
from kubelens.kube.workload import Workload

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


def floor_of(workload: Workload, bundle: Bundle) -> int:
    """The fewest Pods it keeps: ``minReplicas`` of its autoscaler, else ``replicas``."""
    scaler = autoscaler_of(workload.kind, workload.name, workload.namespace, bundle)
    if scaler is not None:
        return fields.integer(scaler.spec, "minReplicas") or 1
    return workload.desired
