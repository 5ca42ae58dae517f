"""What admission adds to a Pod before the scheduler sees it: priority, tolerations, overhead, requests from limits."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube import fields
from kubelens.predict.scheduler.pod_info import pod_requests

_CRITICAL: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_TOLERATED: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


class Classes(Struct):
    """Priority and runtime classes of a cluster, by name."""

    priorities: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    runtimes: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def take(self, obj: Mapping[str, Any]) -> None:
        """Take in an object, if it is a class."""
        name = fields.text(fields.mapping(obj, "metadata"), "name")
        if obj.get("kind") == "PriorityClass":
            self.priorities[name] = obj
        elif obj.get("kind") == "RuntimeClass":
            self.runtimes[name] = obj


def admitted_pod(pod: Mapping[str, Any], classes: Classes) -> dict[str, Any]:
    """The Pod as it is stored (admission plugins Priority, RuntimeClass, DefaultTolerationSeconds; defaults)."""
    out: dict[str, Any] = copy.deepcopy(dict(pod))
    spec: dict[str, Any] = out.setdefault("spec", {})
    _priority(spec, classes)
    runtime = classes.runtimes.get(fields.text(spec, "runtimeClassName"))
    if runtime is not None:
        overhead = fields.mapping(fields.mapping(runtime, "overhead"), "podFixed")
        if overhead:
            spec["overhead"] = dict(overhead)
        scheduling = fields.mapping(runtime, "scheduling")
        if selector := fields.mapping(scheduling, "nodeSelector"):
            spec["nodeSelector"] = {**(spec.get("nodeSelector") or {}), **selector}
        extra = [t for _, t in fields.items(scheduling, "tolerations")]
        if extra:
            own = spec.get("tolerations") or []
            spec["tolerations"] = [*own, *(t for t in extra if t not in own)]
    _tolerations(spec)
    for name in ("containers", "initContainers"):
        for container in spec.get(name) or []:
            _requests_from_limits(container)
    _pod_level_requests(spec)
    if spec.get("hostNetwork"):
        for name in ("containers", "initContainers"):
            for container in spec.get(name) or []:
                for port in container.get("ports") or []:
                    port.setdefault("hostPort", port.get("containerPort"))
    return out


def _priority(spec: dict[str, Any], classes: Classes) -> None:
    name = fields.text(spec, "priorityClassName")
    found: Mapping[str, Any] | None = None
    if name in _CRITICAL:
        spec["priority"] = _CRITICAL[name]
        spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
        return
    if name:
        found = classes.priorities.get(name)
    else:
        defaults = [c for c in classes.priorities.values() if c.get("globalDefault") is True]
        if defaults:
            found = min(defaults, key=lambda c: fields.integer(c, "value") or 0)
    if found is not None:
        spec["priority"] = fields.integer(found, "value") or 0
        spec.setdefault("preemptionPolicy", fields.text(found, "preemptionPolicy") or "PreemptLowerPriority")
    else:
        spec.setdefault("priority", 0)
        spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _tolerations(spec: dict[str, Any]) -> None:
    own = list(spec.get("tolerations") or [])
    for key in _TOLERATED:
        covered = any(
            t.get("key") in (key, "", None) and t.get("effect") in ("NoExecute", "", None)
            for t in own
            if isinstance(t, dict)
        )
        if not covered:
            own.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    spec["tolerations"] = own


def _pod_level_requests(spec: dict[str, Any]) -> None:
    """Pod-level limits without requests: the containers' requests together, else the limit (``defaultPodRequests``)."""
    resources = spec.get("resources")
    if not isinstance(resources, dict) or not isinstance(resources.get("limits"), Mapping):
        return
    together = pod_requests({k: v for k, v in spec.items() if k in ("containers", "initContainers")})
    requests = dict(resources.get("requests") or {})
    for name, value in resources["limits"].items():
        if name in requests:
            continue
        if name in together and not name.startswith("hugepages-"):
            requests[name] = f"{together[name]}m" if name == "cpu" else str(together[name])
        else:
            requests[name] = value
    resources["requests"] = requests


def _requests_from_limits(holder: Any) -> None:
    resources = holder.get("resources") if isinstance(holder, dict) else None
    if isinstance(resources, dict) and isinstance(resources.get("limits"), Mapping):
        requests = dict(resources.get("requests") or {})
        for name, value in resources["limits"].items():
            requests.setdefault(name, value)
        resources["requests"] = requests
