"""The order in which Helm installs, and prints, kinds (Helm, ``kind_sorter.go``)."""

from __future__ import annotations

from typing import Final

INSTALL_ORDER: Final = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
_PLACES: Final = {kind: place for place, kind in enumerate(INSTALL_ORDER)}
_SINCE_4: Final = frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})


def install_place(kind: str, helm: int = 4) -> tuple[int, str]:
    """What a kind is sorted by; kinds that Helm does not know come last, by name."""
    place = None if helm == 3 and kind in _SINCE_4 else _PLACES.get(kind)
    return (len(INSTALL_ORDER), kind) if place is None else (place, "")
