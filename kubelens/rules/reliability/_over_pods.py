"""The other objects over a workload's Pods: Services, budgets, autoscalers."""

from __future__ import annotations

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import Workload, labels_in
from kubelens.predict.references.pods_index import index_of


def services_over(workload: Workload, bundle: Bundle) -> list[Resource]:
    """The Services whose selector matches the workload's Pods."""
    return index_of(bundle).selecting("Service", dict(labels_in(bundle, workload.resource)), workload.namespace)


def budgets_over(workload: Workload, bundle: Bundle) -> list[Resource]:
    """The PodDisruptionBudgets whose selector matches the workload's Pods."""
    return index_of(bundle).selecting(
        "PodDisruptionBudget", dict(labels_in(bundle, workload.resource)), workload.namespace
    )


def autoscaler_of(kind: str, name: str, namespace: str, bundle: Bundle) -> Resource | None:
    """The HorizontalPodAutoscaler that scales an object."""
    return next(iter(index_of(bundle).scalers(kind, name, namespace)), None)


def floor_of(workload: Workload, bundle: Bundle, unwritten: int = 1) -> int:
    """The fewest Pods it keeps: ``minReplicas`` of its autoscaler, else ``replicas``, else ``unwritten``."""
    scaler = autoscaler_of(workload.kind, workload.name, workload.namespace, bundle)
    if scaler is not None:
        return fields.integer(scaler.spec, "minReplicas") or 1
    return unwritten if workload.replicas is None else workload.replicas


def is_selected(selector: Selector, namespace: str, bundle: Bundle) -> bool:
    """Whether a selector matches the Pods of any object of a namespace, or of a controller that is not listed."""
    index = index_of(bundle)
    return index.any_pod(selector, namespace) or index.made_elsewhere(selector, namespace)
