"""LimitRanger: default requests and limits, and the bounds a LimitRange sets.

Follows ``plugin/pkg/admission/limitranger``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.predict.apiserver.causes import Path
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, of_kind
from kubelens.predict.apiserver.plugins.refusal import Fault, Refusal

PLUGIN: Final = "LimitRanger"
ANNOTATION: Final = "kubernetes.io/limit-ranger"
_SORTS: Final = (("containers", "container"), ("initContainers", "init container"))


class LimitItem(Struct, frozen=True):
    """One entry of a LimitRange, with the defaults the server gave it."""

    owner: str
    value: Mapping[str, Any]


Items = Sequence[LimitItem]


def items_of(objects: Objects) -> list[LimitItem]:
    """The entries of every LimitRange."""
    found: list[LimitItem] = []
    for obj in of_kind(objects, "LimitRange"):
        copy = {"spec": {"limits": [dict(item) for _, item in fields.items(fields.mapping(obj, "spec"), "limits")]}}
        from kubelens.predict.apiserver.kinds.limit_range import default_limit_range  # noqa: PLC0415 - seldom

        default_limit_range(copy)
        found.extend(LimitItem(name_of(obj), value) for value in copy["spec"]["limits"])
    return found


def set_defaults(pod: dict[str, Any], items: Items) -> None:
    """Give containers the requests and limits they lack, and note it in an annotation."""
    said: list[str] = []
    for item in (entry.value for entry in items):
        if item.get("type") != "Container":
            continue
        for name, word in _SORTS:
            for container in pod["spec"].get(name) or []:
                resources = container.setdefault("resources", {})
                for kind, source in (
                    ("requests", item.get("defaultRequest") or {}),
                    ("limits", item.get("default") or {}),
                ):
                    own = resources.get(kind) or {}
                    lacking = sorted(k for k in source if k not in own)
                    if lacking:
                        resources[kind] = {**own, **{k: source[k] for k in lacking}}
                        said.append(f"{', '.join(lacking)} {kind.removesuffix('s')} for {word} {container.get('name')}")
    if said:
        annotations = pod.setdefault("metadata", {}).setdefault("annotations", {})
        annotations[ANNOTATION] = f"LimitRanger plugin set: {'; '.join(said)}"


def refused_pod(pod: Mapping[str, Any], items: Items) -> Refusal | None:
    """What the bounds refuse in a Pod (``PodValidateLimitFunc``)."""
    spec = fields.mapping(pod, "spec")
    wrong: list[tuple[str, Fault]] = []
    for item in items:
        kind = fields.text(item.value, "type")
        if kind == "Container":
            for name, _ in _SORTS:
                for index, container in fields.items(spec, name):
                    resources = fields.mapping(container, "resources")
                    found = _bounds(
                        item.value, kind, _amounts(resources.get("requests")), _amounts(resources.get("limits"))
                    )
                    wrong.extend((item.owner, Fault(text, ("spec", name, index, "resources"))) for text in found)
        elif kind == "Pod":
            found = _bounds(item.value, kind, together(spec, "requests"), together(spec, "limits"))
            wrong.extend((item.owner, Fault(text, ("spec",))) for text in found)
    return _refusal(wrong)


def refused_claim(claim: Mapping[str, Any], items: Items) -> Refusal | None:
    """What the bounds refuse in a PersistentVolumeClaim (``PersistentVolumeClaimValidateLimitFunc``)."""
    requests = _amounts(fields.mapping(fields.mapping(fields.mapping(claim, "spec"), "resources"), "requests"))
    here: Path = ("spec", "resources", "requests")
    wrong: list[tuple[str, Fault]] = []
    for owner, item in ((one.owner, one.value) for one in items if one.value.get("type") == "PersistentVolumeClaim"):
        for name, low in _amounts(item.get("min")).items():
            if requests.get(name, -1) < low:
                text = f"minimum {name} usage per PersistentVolumeClaim is {item['min'][name]}{_but(name, requests)}"
                wrong.append((owner, Fault(text, here)))
        for name, high in _amounts(item.get("max")).items():
            if name not in requests or requests[name] > high:
                text = f"maximum {name} usage per PersistentVolumeClaim is {item['max'][name]}{_but(name, requests)}"
                wrong.append((owner, Fault(text, here)))
    return _refusal(wrong)


def _but(name: str, requests: Mapping[str, int]) -> str:
    return f", but request is {_shown(name, requests[name])}" if name in requests else ""


def _refusal(wrong: Sequence[tuple[str, Fault]]) -> Refusal | None:
    """The refusal of the first LimitRange that refuses: the server asks one after the other."""
    if not wrong:
        return None
    owner = wrong[0][0]
    return Refusal(PLUGIN, tuple(fault for by, fault in wrong if by == owner), ("LimitRange", owner))


def _amounts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {k: q.nanos for k, v in value.items() if (q := read_quantity(v)) is not None}


def together(spec: Mapping[str, Any], kind: str) -> dict[str, int]:
    """What the containers of a Pod ask for together (``kind``: requests or limits), in nano-units."""
    total: dict[str, int] = {}
    for _, container in fields.items(spec, "containers"):
        for name, value in _amounts(fields.mapping(container, "resources").get(kind)).items():
            total[name] = total.get(name, 0) + value
    sidecars: dict[str, int] = {}
    highest: dict[str, int] = {}
    for _, container in fields.items(spec, "initContainers"):
        for name, value in _amounts(fields.mapping(container, "resources").get(kind)).items():
            if container.get("restartPolicy") == "Always":
                total[name] = total.get(name, 0) + value
                sidecars[name] = sidecars.get(name, 0) + value
            else:
                highest[name] = max(highest.get(name, 0), value + sidecars.get(name, 0))
    for name, value in highest.items():
        total[name] = max(total.get(name, 0), value)
    return {**total, **_amounts(fields.mapping(spec, "resources").get(kind))}


def _bounds(item: Mapping[str, Any], kind: str, requests: dict[str, int], limits: dict[str, int]) -> list[str]:
    """In the order and the words of ``minConstraint``, ``maxConstraint`` and ``limitRequestRatioConstraint``."""
    wrong: list[str] = []
    for name, low in _amounts(item.get("min")).items():
        said = f"minimum {name} usage per {kind} is {item['min'][name]}"
        if name not in requests:
            wrong.append(f"{said}, but no request is specified")
        elif requests[name] < low:
            wrong.append(f"{said}, but request is {_shown(name, requests[name])}")
        elif name in limits and limits[name] < low:
            wrong.append(f"{said}, but limit is {_shown(name, limits[name])}")
    for name, high in _amounts(item.get("max")).items():
        said = f"maximum {name} usage per {kind} is {item['max'][name]}"
        if name not in limits:
            wrong.append(f"{said}, but no limit is specified")
        elif limits[name] > high:
            wrong.append(f"{said}, but limit is {_shown(name, limits[name])}")
        elif requests.get(name, 0) > high:
            wrong.append(f"{said}, but request is {_shown(name, requests[name])}")
    for name, ratio in _amounts(item.get("maxLimitRequestRatio")).items():
        request, limit = requests.get(name, 0), limits.get(name, 0)
        said = f"{name} max limit to request ratio per {kind} is {item['maxLimitRequestRatio'][name]}"
        if not request or not limit:
            wrong.append(f"{said}, but {'no request' if not request else 'no limit'} is specified or it is 0")
        elif limit * 1_000_000_000 > ratio * request:
            wrong.append(f"{said}, but provided ratio is {limit / request:f}")
    return wrong


def _shown(name: str, nanos: int) -> str:
    binary = name.removeprefix("requests.").removeprefix("limits.") in ("memory", "storage", "ephemeral-storage")
    return str(Quantity(nanos, "BinarySI" if binary else "DecimalSI"))
