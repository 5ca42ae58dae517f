"""Priority: a Pod gets the value and the preemption policy of its class (``plugin/pkg/admission/priority``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, named, of_kind
from kubelens.predict.apiserver.plugins.refusal import Refusal, refused

PLUGIN: Final = "Priority"
SYSTEM: Final[Mapping[str, int]] = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
"""The classes that every cluster has."""
_PREEMPT: Final = "PreemptLowerPriority"


def priority(pod: dict[str, Any], objects: Objects) -> Refusal | None:
    """Fill in priority and preemption policy (``admitPod``); the refusal where they contradict the class."""
    spec = pod["spec"]
    name = fields.text(spec, "priorityClassName")
    value, policy = 0, _PREEMPT
    if name in SYSTEM:
        value = SYSTEM[name]
    elif name:
        found = named(objects, "PriorityClass", name)
        if found is None:
            return refused(PLUGIN, f"no PriorityClass with name {name} was found", ("spec", "priorityClassName"))
        value, policy = fields.integer(found, "value") or 0, fields.text(found, "preemptionPolicy") or _PREEMPT
    else:
        defaults = [o for o in of_kind(objects, "PriorityClass") if o.get("globalDefault") is True]
        if defaults:
            chosen = min(defaults, key=lambda o: fields.integer(o, "value") or 0)
            spec["priorityClassName"] = name_of(chosen)
            value, policy = fields.integer(chosen, "value") or 0, fields.text(chosen, "preemptionPolicy") or _PREEMPT
    if spec.get("priority") is not None and spec["priority"] != value:
        why = f"priority must be {value}, the value of its class, is {spec['priority']}"
        return refused(PLUGIN, why, ("spec", "priority"))
    if spec.get("preemptionPolicy") is not None and spec["preemptionPolicy"] != policy:
        why = f"preemptionPolicy must be {policy}, that of its class, is {spec['preemptionPolicy']}"
        return refused(PLUGIN, why, ("spec", "preemptionPolicy"))
    spec["priority"] = value
    spec["preemptionPolicy"] = policy
    return None


def second_default_priority(new: Mapping[str, Any], objects: Objects) -> Refusal | None:
    """The refusal of a second default of the cluster (``validatePriorityClass``)."""
    if new.get("globalDefault") is not True:
        return None
    own = name_of(new)
    other = next((o for o in of_kind(objects, "PriorityClass") if o.get("globalDefault") is True), None)
    if other is None or name_of(other) == own:
        return None
    why = f"PriorityClass {name_of(other)!r} is the default already: only one default can exist"
    return refused(PLUGIN, why, ("globalDefault",), ("PriorityClass", name_of(other)))
