"""The mutating plugins: priority, runtime class, tolerations, default classes; each may refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.kube.selector import read_labels

Objects = Sequence[Mapping[str, Any]]
_SYSTEM: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_PREEMPT: Final = "PreemptLowerPriority"
_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_STORAGE: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def of_kind(objects: Objects, kind: str) -> list[Mapping[str, Any]]:
    """The objects of a kind."""
    return [o for o in objects if o.get("kind") == kind]


def name_of(obj: Mapping[str, Any]) -> str:
    """An object's name."""
    return fields.text(fields.mapping(obj, "metadata"), "name")


def priority(pod: dict[str, Any], objects: Objects) -> str:
    """Fill in priority and preemption policy; gives why the Pod is refused, or ``""``."""
    spec = pod["spec"]
    name = fields.text(spec, "priorityClassName")
    value, policy = 0, _PREEMPT
    if name in _SYSTEM:
        value = _SYSTEM[name]
    elif name:
        found = next((o for o in of_kind(objects, "PriorityClass") if name_of(o) == name), None)
        if found is None:
            return f"no PriorityClass is called {name!r}"
        value, policy = fields.integer(found, "value") or 0, fields.text(found, "preemptionPolicy") or _PREEMPT
    else:
        defaults = [o for o in of_kind(objects, "PriorityClass") if o.get("globalDefault") is True]
        if defaults:
            chosen = min(defaults, key=lambda o: fields.integer(o, "value") or 0)
            spec["priorityClassName"] = name_of(chosen)
            value, policy = fields.integer(chosen, "value") or 0, fields.text(chosen, "preemptionPolicy") or _PREEMPT
    if spec.get("priority") is not None and spec["priority"] != value:
        return f"priority {spec['priority']} is not {value}, the value of its class"
    if spec.get("preemptionPolicy") is not None and spec["preemptionPolicy"] != policy:
        return f"preemptionPolicy {spec['preemptionPolicy']!r} is not {policy!r}, that of its class"
    spec["priority"] = value
    spec["preemptionPolicy"] = policy
    return ""


def second_default_priority(new: Mapping[str, Any], objects: Objects) -> str:
    """Why a PriorityClass is refused, or ``""``: one class is the default of the cluster."""
    if new.get("globalDefault") is not True:
        return ""
    own = name_of(new)
    other = next((o for o in of_kind(objects, "PriorityClass") if o.get("globalDefault") is True), None)
    return "" if other is None or name_of(other) == own else f"{name_of(other)} is the default already"


def runtime_class(pod: dict[str, Any], objects: Objects) -> str:
    """Fill in overhead, node selector and tolerations of the runtime class; gives why the Pod is refused, or ``""``."""
    spec = pod["spec"]
    name = fields.text(spec, "runtimeClassName")
    overhead: Mapping[str, Any] = fields.mapping(spec, "overhead")
    if not name:
        return "overhead is set without a RuntimeClass" if overhead else ""
    found = next((o for o in of_kind(objects, "RuntimeClass") if name_of(o) == name), None)
    if found is None:
        return f"no RuntimeClass is called {name!r}"
    fixed = fields.mapping(fields.mapping(found, "overhead"), "podFixed")
    if overhead and not _same_amounts(overhead, fixed):
        return "overhead is not that of its RuntimeClass"
    if fixed:
        spec["overhead"] = dict(fixed)
    scheduling = fields.mapping(found, "scheduling")
    own = dict(spec.get("nodeSelector") or {})
    for key, value in fields.mapping(scheduling, "nodeSelector").items():
        if own.get(key, value) != value:
            return f"nodeSelector {key}={own[key]} is not {value}, as the RuntimeClass asks"
        own[key] = value
    if own:
        spec["nodeSelector"] = own
    tolerations = list(spec.get("tolerations") or [])
    tolerations.extend(t for _, t in fields.items(scheduling, "tolerations") if t not in tolerations)
    if tolerations:
        spec["tolerations"] = tolerations
    return ""


def _same_amounts(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def amounts(values: Mapping[str, Any]) -> dict[str, int | None]:
        return {k: q.nanos if (q := read_quantity(v)) is not None else None for k, v in values.items()}

    return amounts(one) == amounts(other)


def default_tolerations(pod: dict[str, Any]) -> None:
    """Five minutes on a node that is not ready or not reached (DefaultTolerationSeconds)."""
    spec = pod["spec"]
    own = list(spec.get("tolerations") or [])
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(t.get("key", "") in (key, "") and t.get("effect", "") in ("NoExecute", "") for t in own):
            own.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    spec["tolerations"] = own


def default_storage_class(claim: dict[str, Any], objects: Objects) -> None:
    """The newest default class where a claim names none."""
    spec = claim.setdefault("spec", {})
    annotations = read_labels(fields.mapping(claim, "metadata").get("annotations"))
    if "storageClassName" in spec or _CLASS in annotations:
        return
    names = sorted(
        name_of(o)
        for o in of_kind(objects, "StorageClass")
        if any(
            read_labels(fields.mapping(o, "metadata").get("annotations")).get(key) == "true" for key in _DEFAULT_STORAGE
        )
    )
    if names:
        spec["storageClassName"] = names[0]


def default_ingress_class(ingress: dict[str, Any], objects: Objects) -> str:
    """The default class where an Ingress names none; gives why it is refused, or ``""``."""
    spec = ingress.setdefault("spec", {})
    annotations = read_labels(fields.mapping(ingress, "metadata").get("annotations"))
    if "ingressClassName" in spec or "kubernetes.io/ingress.class" in annotations:
        return ""
    names = sorted(
        name_of(o)
        for o in of_kind(objects, "IngressClass")
        if read_labels(fields.mapping(o, "metadata").get("annotations")).get(
            "ingressclass.kubernetes.io/is-default-class"
        )
        == "true"
    )
    if names:
        spec["ingressClassName"] = names[0]
    return ""
