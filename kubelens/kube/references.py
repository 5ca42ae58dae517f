"""Names by which objects refer to each other, each with the place it stands at; one table of fields for all kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.pod_references import pod_references
from kubelens.kube.resource import Resource
from kubelens.kube.scope import CLUSTER_SCOPED
from kubelens.kube.workload import read_workload
from kubelens.syntax.place import Step

Path = tuple[Step, ...]
CLUSTER_KINDS: Final = frozenset(kind for _, kind in CLUSTER_SCOPED)


class ObjectReference(Struct, frozen=True):
    """A name that stands for another object. ``namespace`` is ``""`` for cluster-scoped kinds.

    ``key``: a key in the object (of a ConfigMap or Secret), None where the object itself is meant.
    """

    kind: str
    namespace: str
    name: str
    key: str | None
    optional: bool
    path: Path


_FIELDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Ingress": (
        ("spec.ingressClassName", "IngressClass"),
        ("spec.tls[].secretName", "Secret"),
        ("spec.defaultBackend.service.name", "Service"),
        ("spec.rules[].http.paths[].backend.service.name", "Service"),
    ),
    "StatefulSet": (
        ("spec.serviceName", "Service"),
        ("spec.volumeClaimTemplates[].spec.storageClassName", "StorageClass"),
    ),
    "PersistentVolumeClaim": (("spec.storageClassName", "StorageClass"), ("spec.volumeName", "PersistentVolume")),
    "PersistentVolume": (("spec.storageClassName", "StorageClass"),),
    "ServiceAccount": (("imagePullSecrets[].name", "Secret"), ("secrets[].name", "Secret")),
    "ValidatingAdmissionPolicyBinding": (("spec.policyName", "ValidatingAdmissionPolicy"),),
    "FlowSchema": (("spec.priorityLevelConfiguration.name", "PriorityLevelConfiguration"),),
}
_TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "HorizontalPodAutoscaler": ("spec.scaleTargetRef",),
    "RoleBinding": ("roleRef", "subjects[]"),
    "ClusterRoleBinding": ("roleRef", "subjects[]"),
    "HTTPRoute": ("spec.parentRefs[]", "spec.rules[].backendRefs[]"),
    "VerticalPodAutoscaler": ("spec.targetRef",),
}
"""Fields that hold kind and name together."""
_DEFAULT_KINDS: Final = {"spec.parentRefs[]": "Gateway", "spec.rules[].backendRefs[]": "Service"}
_SERVICES: Final[Mapping[str, tuple[str, ...]]] = {
    "ValidatingWebhookConfiguration": ("webhooks[].clientConfig.service",),
    "MutatingWebhookConfiguration": ("webhooks[].clientConfig.service",),
    "APIService": ("spec.service",),
    "CustomResourceDefinition": ("spec.conversion.webhook.clientConfig.service",),
}
"""Fields that hold a Service's name and namespace."""


def references_of(resource: Resource) -> list[ObjectReference]:
    """Every reference an object holds, in the order of the table, those of its Pods first."""
    found: list[ObjectReference] = []
    workload = read_workload(resource)
    if workload is not None:
        found.extend(
            ObjectReference(
                one.kind, _namespace(one.kind, resource.namespace), one.name, one.key, one.optional, one.path
            )
            for one in pod_references(workload.pod)
        )
    for pattern, kind in _FIELDS.get(resource.kind, ()):
        for path, value in _values(resource.value, pattern):
            if isinstance(value, str) and value:
                found.append(ObjectReference(kind, _namespace(kind, resource.namespace), value, None, False, path))
    for pattern in _TARGETS.get(resource.kind, ()):
        for path, value in _values(resource.value, pattern):
            if isinstance(value, dict):
                found.extend(_target(value, path, _DEFAULT_KINDS.get(pattern, ""), resource))
    for pattern in _SERVICES.get(resource.kind, ()):
        for path, value in _values(resource.value, pattern):
            if isinstance(value, dict) and isinstance(value.get("name"), str):
                namespace = value.get("namespace")
                found.append(
                    ObjectReference(
                        "Service",
                        namespace if isinstance(namespace, str) else "",
                        value["name"],
                        None,
                        False,
                        (*path, "name"),
                    )
                )
    return found


def _target(value: Mapping[str, Any], path: Path, default: str, resource: Resource) -> Iterator[ObjectReference]:
    kind, name = value.get("kind") or default, value.get("name")
    if not isinstance(kind, str) or not isinstance(name, str) or not name or kind in ("User", "Group"):
        return
    namespace = value.get("namespace")
    where = namespace if isinstance(namespace, str) and namespace else resource.namespace
    yield ObjectReference(kind, _namespace(kind, where), name, None, False, (*path, "name"))


def _namespace(kind: str, namespace: str) -> str:
    return "" if kind in CLUSTER_KINDS else namespace


def _values(value: Any, pattern: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values a pattern such as ``spec.rules[].host`` leads to, with their paths."""
    step, _, rest = pattern.partition(".")
    key = step.removesuffix("[]")
    inner = value.get(key) if isinstance(value, dict) else None
    if inner is None:
        return
    if step.endswith("[]"):
        if isinstance(inner, list):
            for index, item in enumerate(inner):
                here = (*path, key, index)
                if rest:
                    yield from _values(item, rest, here)
                else:
                    yield here, item
    elif rest:
        yield from _values(inner, rest, (*path, key))
    else:
        yield (*path, key), inner
