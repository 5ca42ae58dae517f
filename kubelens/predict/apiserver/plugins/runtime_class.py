"""RuntimeClass: overhead, node selector and tolerations of the class a Pod names (``plugin/pkg/admission/runtimeclass``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.plugins.objects import Objects, named
from kubelens.predict.apiserver.plugins.refusal import Refusal, refused

PLUGIN: Final = "RuntimeClass"
_OVERHEAD: Final = ("spec", "overhead")


def runtime_class(pod: dict[str, Any], objects: Objects) -> Refusal | None:
    """Fill in overhead, node selector and tolerations of the runtime class; the refusal where they contradict it."""
    spec = pod["spec"]
    name = fields.text(spec, "runtimeClassName")
    overhead: Mapping[str, Any] = fields.mapping(spec, "overhead")
    if not name:
        return refused(PLUGIN, "overhead is set without a RuntimeClass", _OVERHEAD) if overhead else None
    found = named(objects, "RuntimeClass", name)
    if found is None:
        return refused(PLUGIN, f"no RuntimeClass is called {name!r}", ("spec", "runtimeClassName"))
    fixed = fields.mapping(fields.mapping(found, "overhead"), "podFixed")
    if overhead and not _same_amounts(overhead, fixed):
        return refused(PLUGIN, "overhead must be that of its RuntimeClass", _OVERHEAD, ("RuntimeClass", name))
    if fixed:
        spec["overhead"] = dict(fixed)
    scheduling = fields.mapping(found, "scheduling")
    own = dict(spec.get("nodeSelector") or {})
    for key, value in fields.mapping(scheduling, "nodeSelector").items():
        if own.get(key, value) != value:
            why = f"nodeSelector {key} must be {value}, as its RuntimeClass asks, is {own[key]}"
            return refused(PLUGIN, why, ("spec", "nodeSelector", key), ("RuntimeClass", name))
        own[key] = value
    if own:
        spec["nodeSelector"] = own
    tolerations = list(spec.get("tolerations") or [])
    tolerations.extend(t for _, t in fields.items(scheduling, "tolerations") if t not in tolerations)
    if tolerations:
        spec["tolerations"] = tolerations
    return None


def _same_amounts(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def amounts(values: Mapping[str, Any]) -> dict[str, int | None]:
        return {k: q.nanos if (q := read_quantity(v)) is not None else None for k, v in values.items()}

    return amounts(one) == amounts(other)
