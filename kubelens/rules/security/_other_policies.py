"""Policies of network plugins beside NetworkPolicy: which of them may isolate a Pod.

Cilium's are read (``endpointSelector`` over labels, with or without the ``k8s:`` prefix). What Calico's, Antrea's and
the administrators' select is not worked out: where one of them is at hand, nothing is said of the Pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector

_CILIUM: Final = "cilium.io"
_UNREAD: Final = (
    ("NetworkPolicy", "crd.projectcalico.org"),
    ("NetworkPolicy", "projectcalico.org"),
    ("GlobalNetworkPolicy", None),
    ("AdminNetworkPolicy", None),
    ("BaselineAdminNetworkPolicy", None),
    ("ClusterNetworkPolicy", None),
)
_PREFIXES: Final = ("k8s:", "any:")
_NAMESPACE: Final = "io.kubernetes.pod.namespace"


def isolated_otherwise(labels: Mapping[str, str], namespace: str, bundle: Bundle) -> bool:
    """Whether a plugin's own policy selects Pods with these labels, or may."""
    if any(_selects(spec, labels, namespace) for spec in _cilium(namespace, bundle)):
        return True
    return _has_unread(namespace, bundle)


def namespace_has_others(namespace: str, bundle: Bundle) -> bool:
    """Whether a namespace has a plugin's own policies, or the cluster has some for all."""
    if any(True for _ in _cilium(namespace, bundle)):
        return True
    return _has_unread(namespace, bundle)


def _has_unread(namespace: str, bundle: Bundle) -> bool:
    return any(bundle.has(kind, _space(kind, namespace), group=group) for kind, group in _UNREAD)


def _space(kind: str, namespace: str) -> str | None:
    return namespace if kind == "NetworkPolicy" else None


def _cilium(namespace: str, bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    for kind, space in (("CiliumNetworkPolicy", namespace), ("CiliumClusterwideNetworkPolicy", None)):
        for resource in bundle.all(kind, space, group=_CILIUM):
            yield from _specs(resource)


def _specs(resource: Resource) -> Iterator[Mapping[str, Any]]:
    if resource.spec:
        yield resource.spec
    for _, spec in fields.items(resource.value, "specs"):
        yield spec


def _selects(spec: Mapping[str, Any], labels: Mapping[str, str], namespace: str) -> bool:
    written = spec.get("endpointSelector")
    if not isinstance(written, Mapping):
        return False
    plain: dict[str, Any] = dict(written)
    plain["matchLabels"] = {_plain(key): value for key, value in fields.mapping(written, "matchLabels").items()}
    plain["matchExpressions"] = [
        {**item, "key": _plain(fields.text(item, "key"))} for _, item in fields.items(written, "matchExpressions")
    ]
    return label_selector(plain).matches({**labels, _NAMESPACE: namespace})


def _plain(key: str) -> str:
    return next((key.removeprefix(prefix) for prefix in _PREFIXES if key.startswith(prefix)), key)
