"""What the scheduler knows of one Pod, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import normalised_image
from kubelens.kube.selector import NOTHING, Selector, label_selector, read_labels
from kubelens.predict.scheduler.pod_requests import pod_requests, scored_requests

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


class Toleration(Struct, frozen=True):
    """What lets a Pod onto a tainted node."""

    key: str
    operator: str
    value: str
    effect: str

    def tolerates(self, key: str, value: str, effect: str) -> bool:
        """Whether a taint is tolerated (``Toleration.ToleratesTaint``)."""
        if self.effect and self.effect != effect:
            return False
        if self.key and self.key != key:
            return False
        if self.operator in ("", "Equal"):
            return self.value == value
        return self.operator == "Exists"


class AffinityTerm(Struct, frozen=True):
    """A required or preferred term about other Pods; ``namespace_selector`` is None where none is written."""

    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector | None
    topology_key: str
    weight: int = 0


class SpreadConstraint(Struct, frozen=True):
    """How evenly Pods of a kind are to be spread."""

    max_skew: int
    topology_key: str
    hard: bool
    selector: Selector
    min_domains: int
    honor_affinity: bool
    honor_taints: bool


class PodInfo(Struct, frozen=True, eq=False):
    """A Pod as the scheduler sees it. Amounts: cpu in milli, others in units."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    priority: int
    preemption_policy: str
    node_name: str
    requests: Mapping[str, int]
    score_cpu: int
    score_memory: int
    tolerations: tuple[Toleration, ...]
    node_selector: Mapping[str, str]
    node_affinity: Mapping[str, Any] | None
    preferred_nodes: tuple[Mapping[str, Any], ...]
    host_ports: tuple[tuple[str, str, int], ...]
    """(host IP, protocol, port)."""
    affinity: tuple[AffinityTerm, ...]
    anti_affinity: tuple[AffinityTerm, ...]
    preferred_affinity: tuple[AffinityTerm, ...]
    preferred_anti_affinity: tuple[AffinityTerm, ...]
    spread: tuple[SpreadConstraint, ...] | None
    """None where the Pod writes none: the system's defaults apply."""
    images: tuple[str, ...]
    containers: int
    volumes: tuple[Mapping[str, Any], ...]
    resource_claims: tuple[Mapping[str, Any], ...]
    """What ``spec.resourceClaims`` names, as written."""
    gates: tuple[str, ...]
    owner: tuple[str, str]
    terminating: bool
    finished: bool
    start_time: str
    value: Mapping[str, Any]

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"


def encoded(told: object) -> bytes:
    """Equal plain values as equal bytes, different ones as different bytes; the order of keys counts."""
    try:
        return msgspec.json.encode(told)
    except (OverflowError, ValueError):
        return repr(told).encode("utf-8", "surrogatepass")


class PodReader:
    """Reads many Pods; what Pods have in common that differ in nothing but their names is read once."""

    def __init__(self) -> None:
        self._read: dict[bytes, PodInfo] = {}

    def read(self, value: Mapping[str, Any]) -> PodInfo:
        """As :func:`read_pod`."""
        metadata = dict(fields.mapping(value, "metadata"))
        name = fields.text(metadata, "name")
        metadata.pop("name", None)
        key = encoded((metadata, value.get("spec"), value.get("status")))
        known = self._read.get(key)
        if known is None:
            known = self._read[key] = read_pod(value)
        return replace(known, name=name, value=value)


def read_pod(value: Mapping[str, Any], *, placed: bool = False) -> PodInfo:
    """Read an admitted Pod; for a ``placed`` one its status counts too (amounts after a resize)."""
    metadata, spec, status = (fields.mapping(value, key) for key in ("metadata", "spec", "status"))
    namespace = fields.text(metadata, "namespace") or "default"
    labels = read_labels(metadata.get("labels"))
    affinity = fields.mapping(spec, "affinity")
    node = fields.mapping(affinity, "nodeAffinity")
    required = node.get(_REQUIRED)
    owner = next((o for _, o in fields.items(metadata, "ownerReferences") if o.get("controller") is True), {})
    requests = pod_requests(spec, status if placed else None)
    cpu, memory = scored_requests(spec, status if placed else None, requests)
    containers = [c for _, c in fields.items(spec, "containers")]
    init = [c for _, c in fields.items(spec, "initContainers")]
    return PodInfo(
        fields.text(metadata, "name"),
        namespace,
        labels,
        fields.integer(spec, "priority") or 0,
        fields.text(spec, "preemptionPolicy", "PreemptLowerPriority"),
        fields.text(spec, "nodeName"),
        requests,
        cpu,
        memory,
        tuple(
            Toleration(
                fields.text(t, "key"), fields.text(t, "operator"), fields.text(t, "value"), fields.text(t, "effect")
            )
            for _, t in fields.items(spec, "tolerations")
        ),
        read_labels(spec.get("nodeSelector")),
        required if isinstance(required, dict) else None,
        tuple(t for _, t in fields.items(node, _PREFERRED)),
        _host_ports(containers, init),
        _terms(fields.mapping(affinity, "podAffinity"), labels),
        _terms(fields.mapping(affinity, "podAntiAffinity"), labels),
        _preferred(fields.mapping(affinity, "podAffinity"), labels),
        _preferred(fields.mapping(affinity, "podAntiAffinity"), labels),
        _spread(spec, labels),
        tuple(normalised_image(fields.text(c, "image")) for c in (*init, *containers)),
        len(init) + len(containers),
        tuple(v for _, v in fields.items(spec, "volumes")),
        tuple(c for _, c in fields.items(spec, "resourceClaims")),
        tuple(fields.text(g, "name") for _, g in fields.items(spec, "schedulingGates")),
        (fields.text(owner, "kind"), fields.text(owner, "name")),
        "deletionTimestamp" in metadata,
        fields.text(status, "phase") in ("Succeeded", "Failed"),
        fields.text(status, "startTime"),
        value,
    )


def _host_ports(containers: list[Mapping[str, Any]], init: list[Mapping[str, Any]]) -> tuple[tuple[str, str, int], ...]:
    found: list[tuple[str, str, int]] = []
    for container in (*containers, *(c for c in init if c.get("restartPolicy") == "Always")):
        for _, port in fields.items(container, "ports"):
            number = fields.integer(port, "hostPort") or 0
            if number > 0:
                found.append((fields.text(port, "hostIP") or "0.0.0.0", fields.text(port, "protocol") or "TCP", number))
    return tuple(found)


def _term(term: Mapping[str, Any], labels: Mapping[str, str], weight: int = 0) -> AffinityTerm:
    selector = _merged(term.get("labelSelector"), fields.texts(term, "matchLabelKeys"), labels, "In")
    selector = _merged(selector, fields.texts(term, "mismatchLabelKeys"), labels, "NotIn")
    spaces = term.get("namespaceSelector")
    return AffinityTerm(
        label_selector(selector) if selector is not None else NOTHING,
        frozenset(fields.texts(term, "namespaces")),
        label_selector(spaces) if isinstance(spaces, dict) else None,
        fields.text(term, "topologyKey"),
        weight,
    )


def _merged(selector: Any, keys: tuple[str, ...], labels: Mapping[str, str], operator: str) -> Any:
    """A selector with the Pod's own values of some keys, as the API server writes it."""
    present = [key for key in keys if key in labels]
    if not isinstance(selector, dict) or not present:
        return selector
    added = [{"key": key, "operator": operator, "values": [labels[key]]} for key in present]
    return {**selector, "matchExpressions": [*(selector.get("matchExpressions") or []), *added]}


def _terms(affinity: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[AffinityTerm, ...]:
    return tuple(_term(term, labels) for _, term in fields.items(affinity, _REQUIRED))


def _preferred(affinity: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[AffinityTerm, ...]:
    return tuple(
        _term(fields.mapping(one, "podAffinityTerm"), labels, fields.integer(one, "weight") or 0)
        for _, one in fields.items(affinity, _PREFERRED)
    )


def _spread(spec: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[SpreadConstraint, ...] | None:
    found: list[SpreadConstraint] = []
    for _, one in fields.items(spec, "topologySpreadConstraints"):
        selector = _merged(one.get("labelSelector"), fields.texts(one, "matchLabelKeys"), labels, "In")
        found.append(
            SpreadConstraint(
                fields.integer(one, "maxSkew") or 1,
                fields.text(one, "topologyKey"),
                fields.text(one, "whenUnsatisfiable") == "DoNotSchedule",
                label_selector(selector) if selector is not None else NOTHING,
                fields.integer(one, "minDomains") or 1,
                fields.text(one, "nodeAffinityPolicy", "Honor") == "Honor",
                fields.text(one, "nodeTaintsPolicy", "Ignore") == "Honor",
            )
        )
    return tuple(found) or None
