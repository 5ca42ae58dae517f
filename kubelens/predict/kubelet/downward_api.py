"""Variables that hold a field of the Pod or a resource of a container (the downward API).

Follows ``podFieldSelectorRuntimeValue`` and ``containerResourceRuntimeValue`` of the kubelet, and
``ExtractFieldPathAsString`` and ``ExtractContainerResourceValue``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.syntax.pattern import pattern

_KEYED: Final = pattern(r"metadata\.(labels|annotations)\['(.+)'\]")
_MILLI: Final = 10**6
_WHOLE: Final = 10**9
_TOLD_LATER: Final[Mapping[str, str]] = {
    "metadata.uid": "uid of the Pod",
    "spec.nodeName": "name of the node",
    "status.hostIP": "address of the node",
    "status.hostIPs": "addresses of the node",
    "status.podIP": "address of the Pod",
    "status.podIPs": "addresses of the Pod",
}
_FROM_THE_NODE: Final = ("cpu", "memory", "ephemeral-storage")


def pod_field(pod: Mapping[str, Any], path: str, named: str, made_up: frozenset[str]) -> tuple[str | None, str]:
    """(value of a field, None where only the cluster knows it; what it is, in words).

    ``named``: the Pod's name, ``""`` where the server makes it up; ``made_up``: labels whose values it makes up.
    """
    metadata = fields.mapping(pod, "metadata")
    spec = fields.mapping(pod, "spec")
    if path == "metadata.name":
        return named or None, "name of the Pod"
    if path == "metadata.namespace":
        return fields.text(metadata, "namespace") or "default", "namespace"
    if path == "spec.serviceAccountName":
        return fields.text(spec, "serviceAccountName") or "default", "ServiceAccount of the Pod"
    if path == "spec.nodeName" and fields.text(spec, "nodeName"):
        return fields.text(spec, "nodeName"), _TOLD_LATER[path]
    if path in _TOLD_LATER:
        return None, _TOLD_LATER[path]
    if (keyed := _KEYED.fullmatch(path)) is not None:
        which, key = keyed.groups()
        what = f"{which[:-1]} {key}"
        if which == "labels" and key in made_up:
            return None, what
        return fields.text(fields.mapping(metadata, which), key), what
    if path in ("metadata.labels", "metadata.annotations"):
        return None, f"all {path.rpartition('.')[2]} of the Pod"
    return None, path


def container_resource(container: Mapping[str, Any], resource: str, divisor: object) -> tuple[str | None, str]:
    """(value of ``limits.cpu`` and the like, rounded up to the divisor; what it is, in words).

    A limit that is not set is what the node has to give, which is known there alone; a request that is not set is 0.
    """
    sort, _, name = resource.partition(".")
    unit = read_quantity(divisor) or Quantity(0)
    if unit.nanos <= 0:
        unit = Quantity(_WHOLE)
    amounts = fields.mapping(fields.mapping(container, "resources"), sort)
    amount = read_quantity(amounts.get(name)) or Quantity(0)
    what = f"{resource} of container {fields.text(container, 'name')}"
    if sort == "limits" and amount.nanos == 0 and name in _FROM_THE_NODE:
        return None, f"allocatable {name} of the node: no limit is set"
    if name == "cpu":
        return str(_up(_up(amount.nanos, _MILLI), max(1, _up(unit.nanos, _MILLI)))), what
    return str(_up(amount.value, max(1, unit.value))), what


def _up(amount: int, unit: int) -> int:
    return -(-amount // unit)
