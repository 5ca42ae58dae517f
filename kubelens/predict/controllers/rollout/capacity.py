"""What holds a rollout's extra Pods back: quota, nodes, host ports, volumes, anti-affinity by host name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.kube.workload import Workload, read_workload, workloads
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.controllers.daemon_nodes import read_daemon_nodes, runs_on
from kubelens.predict.controllers.fields import part, word
from kubelens.predict.controllers.rollout.room import room_for
from kubelens.syntax.place import Place

HOSTNAME: Final = "kubernetes.io/hostname"
_NANO: Final = 10**9


class Limit(Struct, frozen=True):
    """At most ``pods`` Pods of the workload find room at one time (None: that depends on placement), and why."""

    pods: int | None
    reason: str
    place: Place | None = None


def limits_of(resource: Resource, ask: Ask) -> tuple[Limit, ...]:
    """Everything in the bundle that bounds how many Pods of a workload there can be, those going away included."""
    workload = read_workload(resource)
    if workload is None:
        return ()
    return (
        *_quotas(workload, ask.bundle),
        *_nodes(workload, ask.bundle),
        *_volumes(workload, ask.bundle),
    )


class LimitsOf(Struct, frozen=True):
    """What bounds how many Pods of a workload there can be?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Limit, ...]]:
        """Everything in the bundle that does."""
        limits = limits_of(self.resource, ask)
        return Prediction(limits, tuple(Reason(limit.reason, limit.place) for limit in limits))


def scheduler_limit(resource: Resource, ask: Ask) -> Iterator[Limit]:
    """The room on the nodes of the bundle, where it does not hold all Pods a rollout brings: the scheduler is asked."""
    found = room_for(resource, ask)
    if found is not None:
        pods, message = found
        yield Limit(
            pods, f"the nodes have room for {pods} of these Pods (then: {message.partition('. ')[0]})", resource.place
        )


def needs_of(workload: Workload) -> dict[str, int]:
    """One Pod's requests and limits in nano-units, under the names quotas use (``pods``, ``requests.cpu`` ...)."""
    needs: dict[str, int] = {"pods": _NANO, "count/pods": _NANO}
    for container in workload.pod.containers:
        if not container.runs_throughout:
            continue
        for name, quantity in container.limits.items():
            key = f"limits.{name}"
            needs[key] = needs.get(key, 0) + quantity.nanos
        for name in {*container.requests, *container.limits}:
            quantity = container.requests.get(name) or container.limits[name]
            for key in (f"requests.{name}", name):
                needs[key] = needs.get(key, 0) + quantity.nanos
    return needs


def _quotas(workload: Workload, bundle: Bundle) -> Iterator[Limit]:
    quotas = bundle.all("ResourceQuota", workload.namespace)
    if not quotas:
        return
    others = [w for w in workloads(bundle, workload.namespace) if _other(w, workload)]
    needs = needs_of(workload)
    for quota in quotas:
        if quota.spec.get("scopes") or quota.spec.get("scopeSelector"):
            continue
        for name, written in part(quota.spec, "hard").items():
            hard, need = read_quantity(written), needs.get(name, 0)
            if hard is None or need <= 0:
                continue
            used = sum(needs_of(w).get(name, 0) * w.desired for w in others)
            room = max(0, (hard.nanos - used) // need)
            yield Limit(
                room,
                f"ResourceQuota {quota.name!r} allows {name}: {written}, room for {room} of these Pods",
                quota.place.at("spec", "hard", name),
            )


def _other(workload: Workload, this: Workload) -> bool:
    if workload.kind in ("CronJob", "DaemonSet"):
        return False
    return (workload.kind, workload.name) != (this.kind, this.name)


def _nodes(workload: Workload, bundle: Bundle) -> Iterator[Limit]:
    ports = sorted({p.host_port for c in workload.pod.containers for p in c.ports if p.host_port})
    apart = _apart(workload)
    if not ports and not apart:
        return
    what = f"hostPort {ports[0]}" if ports else "its anti-affinity by host name"
    place = workload.resource.place
    nodes = bundle.all("Node")
    if not nodes:
        yield Limit(None, f"{what} lets one Pod run on each node; the nodes are not known", place)
        return
    spec = part(workload.resource.value, "spec", "template", "spec")
    fitting = sum(runs_on(spec, node)[0] for node in read_daemon_nodes(n.value for n in nodes))
    yield Limit(fitting, f"{what} lets one Pod run on each node, and {fitting} of {len(nodes)} nodes take it", place)


def _apart(workload: Workload) -> bool:
    """Whether its Pods may not share a node: required anti-affinity to their own labels by host name."""
    spec = part(workload.resource.value, "spec", "template", "spec")
    terms = part(spec, "affinity", "podAntiAffinity").get("requiredDuringSchedulingIgnoredDuringExecution")
    return isinstance(terms, list) and any(
        isinstance(t, dict)
        and t.get("topologyKey") == HOSTNAME
        and not t.get("namespaces")
        and label_selector(t.get("labelSelector")).matches(dict(workload.pod.labels))
        for t in terms
    )


def _volumes(workload: Workload, bundle: Bundle) -> Iterator[Limit]:
    volumes = part(workload.resource.value, "spec", "template", "spec").get("volumes")
    for volume in volumes if isinstance(volumes, list) else ():
        if not isinstance(volume, dict):
            continue
        name = word(part(volume, "persistentVolumeClaim"), "claimName", "")
        claim = bundle.get("PersistentVolumeClaim", workload.namespace, name) if name else None
        if claim is None:
            continue
        modes = _modes(claim.spec)
        place = claim.place.at("spec", "accessModes")
        if modes == {"ReadWriteOncePod"}:
            yield Limit(1, f"claim {name!r} is ReadWriteOncePod: one Pod uses it at a time", place)
        elif modes == {"ReadWriteOnce"}:
            yield Limit(
                None, f"claim {name!r} is ReadWriteOnce: a new Pod on another node waits for the old one", place
            )


def _modes(spec: Mapping[str, Any]) -> set[str]:
    modes = spec.get("accessModes")
    return {m for m in modes if isinstance(m, str)} if isinstance(modes, list) else set()
