"""ResourceQuota: what an object would use, and whether the quotas of its namespace leave room for it.

Follows ``k8s.io/apiserver`` ``admission/plugin/resourcequota`` and ``pkg/quota/v1/evaluator/core``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.predict.apiserver.plugins.limit_ranger import together
from kubelens.predict.apiserver.plugins.objects import Objects, name_of, of_kind
from kubelens.predict.apiserver.plugins.refusal import Fault, Refusal
from kubelens.predict.apiserver.registry import strategies_named

PLUGIN: Final = "ResourceQuota"
_ONE: Final = 1_000_000_000
_COMPUTE: Final = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
_COUNTED: Final = {
    "ConfigMap": "configmaps",
    "Secret": "secrets",
    "Service": "services",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "ReplicationController": "replicationcontrollers",
    "ResourceQuota": "resourcequotas",
    "Pod": "pods",
}
_BETA_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


def refused_by_quota(kind: str, obj: Mapping[str, Any], objects: Objects) -> Refusal | None:
    """The refusal of the first quota that a new object fails (``CheckRequest``).

    A Pod fails one that counts what it does not say; anything fails one that has no room left beside ``status.used``.
    """
    usage = usage_of(kind, obj)
    for quota in of_kind(objects, "ResourceQuota"):
        if not in_scope(quota, kind, obj):
            continue
        name = name_of(quota)
        hard = _amounts(fields.mapping(quota, "status").get("hard") or fields.mapping(quota, "spec").get("hard"))
        used = _amounts(fields.mapping(quota, "status").get("used"))
        missing = sorted(r for r in hard if r in _COMPUTE and _unspecified(obj, r)) if kind == "Pod" else []
        if missing:
            why = f"failed quota: {name}: must specify {'; '.join(_silent(obj, resource) for resource in missing)}"
            return Refusal(PLUGIN, (Fault(why, ("spec", "containers")),), ("ResourceQuota", name))
        over = sorted(
            r for r, amount in usage.items() if r in hard and amount > 0 and used.get(r, 0) + amount > hard[r]
        )
        if over:
            written = fields.mapping(fields.mapping(quota, "spec"), "hard")
            shown = ", ".join(
                f"{r}={_shown(usage[r], hard=written.get(r))} of {written.get(r)}"
                + (f" ({_shown(used[r], hard=written.get(r))} used)" if used.get(r) else "")
                for r in over
            )
            return Refusal(PLUGIN, (Fault(f"exceeded quota: {name}, requested: {shown}"),), ("ResourceQuota", name))
    return None


def _silent(pod: Mapping[str, Any], resource: str) -> str:
    """A resource, and the containers that do not say it (``podEvaluator.Constraints``)."""
    spec = fields.mapping(pod, "spec")
    containers = [c for f in ("containers", "initContainers") for _, c in fields.items(spec, f)]
    return f"{resource} for: {','.join(sorted({fields.text(c, 'name') for c in containers if _lacks(c, resource)}))}"


def _shown(nanos: int, *, hard: object) -> str:
    """An amount in the notation of the quota that it is held against."""
    limit = read_quantity(hard)
    return str(Quantity(nanos, limit.format if limit is not None else "DecimalSI"))


def _amounts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {k: q.nanos for k, v in value.items() if (q := read_quantity(v)) is not None}


def usage_of(kind: str, obj: Mapping[str, Any]) -> dict[str, int]:
    """What an object counts for, in nano-units by the names quotas use."""
    usage: dict[str, int] = {}
    if kind in _COUNTED:
        usage[_COUNTED[kind]] = usage[f"count/{_COUNTED[kind]}"] = _ONE
    elif counted := _counted(kind):
        usage[counted] = _ONE
    spec = fields.mapping(obj, "spec")
    if kind == "Pod":
        usage.update(_pod_usage(spec))
    elif kind == "Service":
        ports = len(fields.items(spec, "ports"))
        service = fields.text(spec, "type")
        if service == "NodePort" or (
            service == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False
        ):
            usage["services.nodeports"] = ports * _ONE
        elif service == "LoadBalancer":
            usage["services.nodeports"] = sum(1 for _, p in fields.items(spec, "ports") if p.get("nodePort")) * _ONE
        if service == "LoadBalancer":
            usage["services.loadbalancers"] = _ONE
    elif kind == "PersistentVolumeClaim":
        storage = _amounts(fields.mapping(fields.mapping(spec, "resources"), "requests")).get("storage", 0)
        usage["requests.storage"] = storage
        annotations = fields.mapping(fields.mapping(obj, "metadata"), "annotations")
        if name := fields.text(annotations, _BETA_CLASS) or fields.text(spec, "storageClassName"):
            usage[f"{name}.storageclass.storage.k8s.io/persistentvolumeclaims"] = _ONE
            usage[f"{name}.storageclass.storage.k8s.io/requests.storage"] = storage
    return usage


@cache
def _counted(kind: str) -> str:
    """``count/`` and the resource of a namespaced kind, ``""`` where it has none."""
    for known in strategies_named(kind):
        if known.namespaced:
            plural = kind.lower()
            if plural.endswith("y"):
                plural = f"{plural[:-1]}ies"
            elif not plural.endswith("endpoints"):
                plural += "es" if plural.endswith("s") else "s"
            return f"count/{plural}.{known.group}" if known.group else f"count/{plural}"
    return ""


def _pod_usage(spec: Mapping[str, Any]) -> dict[str, int]:
    usage: dict[str, int] = {}
    overhead = _amounts(spec.get("overhead"))
    for kind in ("requests", "limits"):
        totals = together(spec, kind)
        if kind == "requests":
            totals = {**dict.fromkeys(overhead, 0), **totals}
        for name, amount in totals.items():
            amount += overhead.get(name, 0)
            usage[f"{kind}.{name}"] = amount
            if kind == "requests":
                usage[name] = amount
    return usage


def _unspecified(pod: Mapping[str, Any], resource: str) -> bool:
    """Whether some container does not say how much of a resource it wants."""
    spec = fields.mapping(pod, "spec")
    own = fields.mapping(spec, "resources")
    if any(_of_pods(one) for level in ("requests", "limits") for one in fields.mapping(own, level)):
        return False
    containers = [c for f in ("containers", "initContainers") for _, c in fields.items(spec, f)]
    return any(_lacks(c, resource) for c in containers)


def _lacks(container: Mapping[str, Any], resource: str) -> bool:
    kind, _, name = resource.rpartition(".")
    return name not in fields.mapping(fields.mapping(container, "resources"), kind or "requests")


def _of_pods(resource: str) -> bool:
    """Whether a Pod as a whole can ask for a resource."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def in_scope(quota: Mapping[str, Any], kind: str, obj: Mapping[str, Any]) -> bool:
    """Whether a quota counts an object: those with scopes count Pods alone, and only some."""
    spec = fields.mapping(quota, "spec")
    requirements: list[tuple[str, str, tuple[str, ...]]] = [(s, "Exists", ()) for s in fields.texts(spec, "scopes")]
    for _, one in fields.items(fields.mapping(spec, "scopeSelector"), "matchExpressions"):
        requirements.append((fields.text(one, "scopeName"), fields.text(one, "operator"), fields.texts(one, "values")))
    if not requirements:
        return True
    return kind == "Pod" and all(_matches(fields.mapping(obj, "spec"), *r) for r in requirements)


def _matches(pod: Mapping[str, Any], scope: str, operator: str, values: tuple[str, ...]) -> bool:
    deadline = (fields.integer(pod, "activeDeadlineSeconds") or -1) >= 0
    if scope == "PriorityClass":
        name = fields.text(pod, "priorityClassName")
        if operator == "In":
            return name in values
        if operator == "NotIn":
            return name not in values
        return bool(name) if operator == "Exists" else not name
    found = {
        "Terminating": deadline,
        "NotTerminating": not deadline,
        "BestEffort": _best_effort(pod),
        "NotBestEffort": not _best_effort(pod),
        "CrossNamespacePodAffinity": _crosses(pod),
    }
    return found.get(scope, False)


def _best_effort(pod: Mapping[str, Any]) -> bool:
    holders = [pod, *(c for f in ("containers", "initContainers") for _, c in fields.items(pod, f))]
    for holder in holders:
        resources = fields.mapping(holder, "resources")
        for kind in ("requests", "limits"):
            if any(v > 0 for k, v in _amounts(resources.get(kind)).items() if k in ("cpu", "memory")):
                return False
    return True


def _crosses(pod: Mapping[str, Any]) -> bool:
    affinity = fields.mapping(pod, "affinity")
    for name in ("podAffinity", "podAntiAffinity"):
        block = fields.mapping(affinity, name)
        terms = [t for _, t in fields.items(block, "requiredDuringSchedulingIgnoredDuringExecution")]
        terms += [
            fields.mapping(t, "podAffinityTerm")
            for _, t in fields.items(block, "preferredDuringSchedulingIgnoredDuringExecution")
        ]
        if any(t.get("namespaces") or t.get("namespaceSelector") is not None for t in terms):
            return True
    return False
