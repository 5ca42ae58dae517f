"""Crowded yards: small namespaces with quotas, budgets and several workloads, for the laws about drains."""

from __future__ import annotations

import json
import random
from typing import Any, Final

from msgspec import Struct

YARD: Final = "yard"
NODES: Final = ("ash", "elm")
_KINDS: Final = ("Deployment", "Deployment", "StatefulSet", "ReplicaSet", "DaemonSet")


class Yard(Struct, frozen=True):
    """A yard as JSON text, and whether its quotas have less room than is asked for by several workloads."""

    text: str
    told: tuple[str, ...]


def yard(seed: int) -> Yard:
    """The yard of a seed."""
    chance = random.Random(seed)
    objects: list[dict[str, Any]] = [_namespace(chance)]
    objects += [_node(name) for name in NODES]
    if chance.random() < 0.75:
        objects.append(_quota(chance))
    if chance.random() < 0.2:
        objects.append(_range())
    names = chance.sample(("oak", "fir", "yew"), chance.randint(1, 3))
    told = []
    for name in names:
        workload = _workload(name, chance)
        objects.append(workload)
        told.append(f"{workload['kind']}/{name}")
        if chance.random() < 0.8:
            objects.append(_budget(name, chance))
    if chance.random() < 0.1:
        objects.append({**_budget("all", chance), "spec": {"maxUnavailable": 1, "selector": {}}})
    if chance.random() < 0.3:
        objects.append(_config(chance))
    return Yard("\n---\n".join(map(json.dumps, objects)), tuple(told))


def _namespace(chance: random.Random) -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": "baseline"} if chance.random() < 0.3 else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": YARD, "labels": labels}}


def _node(name: str) -> dict[str, Any]:
    room = {"cpu": "16", "memory": "32Gi", "pods": "110"}
    labels = {"kubernetes.io/hostname": name}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"allocatable": room, "capacity": room},
    }


def _quota(chance: random.Random) -> dict[str, Any]:
    hard = chance.choice(
        (
            {"pods": str(chance.randint(0, 7))},
            {"requests.cpu": f"{chance.randint(0, 7)}00m"},
            {"pods": str(chance.randint(1, 7)), "requests.cpu": f"{chance.randint(1, 9)}00m"},
        )
    )
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "fence", "namespace": YARD},
        "spec": {"hard": hard},
    }


def _range() -> dict[str, Any]:
    limits = [{"type": "Container", "max": {"memory": "96Mi"}, "default": {"memory": "64Mi"}}]
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "sizes", "namespace": YARD},
        "spec": {"limits": limits},
    }


def _workload(name: str, chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(_KINDS)
    container: dict[str, Any] = {
        "name": "main",
        "image": f"yard/{name}:1",
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": chance.choice(("64Mi", "64Mi", "128Mi"))}},
    }
    how = chance.random()
    if how < 0.12:
        container["readinessProbe"] = {"httpGet": {"port": "web"}}
    elif how < 0.24:
        key = {"configMapKeyRef": {"name": "leaves", "key": "green"}}
        container["env"] = [{"name": "LEAVES", "valueFrom": key}]
    elif how < 0.34:
        container["securityContext"] = {"privileged": True}
    template = {"metadata": {"labels": {"tree": name}}, "spec": {"containers": [container]}}
    spec: dict[str, Any] = {"selector": {"matchLabels": {"tree": name}}, "template": template}
    if kind != "DaemonSet":
        spec["replicas"] = chance.randint(0, 4)
    if kind == "StatefulSet":
        spec["serviceName"] = name
        spec["podManagementPolicy"] = chance.choice(("OrderedReady", "Parallel"))
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": YARD}, "spec": spec}


def _budget(name: str, chance: random.Random) -> dict[str, Any]:
    spec: dict[str, Any] = {"selector": {"matchLabels": {"tree": name}}}
    spec[chance.choice(("minAvailable", "maxUnavailable"))] = chance.choice((0, 1, 1, 2, 3, "50%", "34%", "100%"))
    if chance.random() < 0.3:
        spec["unhealthyPodEvictionPolicy"] = "AlwaysAllow"
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": YARD},
        "spec": spec,
    }


def _config(chance: random.Random) -> dict[str, Any]:
    data = {chance.choice(("green", "red")): "yes"}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "leaves", "namespace": YARD},
        "data": data,
    }
