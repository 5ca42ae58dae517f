"""What holds a rollout's extra Pods back: quota, nodes, host ports, volumes, anti-affinity by host name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.placeholder import stands_for_a_value
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.kube.workload import Workload, read_workload
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.apiserver.plugins.resource_quota import usage_of
from kubelens.predict.controllers.daemon_nodes import matches_any, read_daemon_nodes, runs_on
from kubelens.predict.controllers.fields import part, word
from kubelens.predict.controllers.host_ports import host_ports
from kubelens.syntax.place import Place

if TYPE_CHECKING:
    from kubelens.predict.controllers.rollout.room import Room

HOSTNAME: Final = "kubernetes.io/hostname"


class Limit(Struct, frozen=True):
    """At most ``pods`` Pods of the workload find room at one time (None: that depends on placement), and why."""

    pods: int | None
    reason: str
    place: Place | None = None
    apart: bool = False
    """Each Pod needs a node of its own, and the nodes are not known."""
    together: bool = False
    """Its Pods start on the node alone that has their volume."""
    quota: bool = False
    """The API server refuses the Pods beyond it."""


def limits_of(resource: Resource, ask: Ask, *, created: bool = False) -> tuple[Limit, ...]:
    """Everything in the bundle that bounds how many Pods of a workload there can be, those going away included.

    ``created``: there are none yet, and what comes later in the files comes later.
    """
    workload = read_workload(resource)
    if workload is None:
        return ()
    return (
        *_quotas(workload, ask, created=created),
        *(_refused_numbers(workload, ask) if created else ()),
        *_nodes(workload, ask),
        *_volumes(workload, ask),
    )


class LimitsOf(Struct, frozen=True):
    """What bounds how many Pods of a workload there can be?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Limit, ...]]:
        """Everything in the bundle that does."""
        limits = limits_of(self.resource, ask)
        return Prediction(limits, tuple(Reason(limit.reason, limit.place) for limit in limits))


def scheduler_limit(resource: Resource, found: Room | None) -> Iterator[Limit]:
    """The room on the nodes of the bundle, where it does not hold all Pods a rollout brings."""
    if found is not None and found.pods is not None:
        yield Limit(found.pods, str(found), resource.place)


def needs_of(workload: Workload, ask: Ask) -> Mapping[str, int]:
    """What one Pod counts for in quotas, in nano-units, as it is stored: with what a LimitRange gives it."""
    from kubelens.predict.chain.admitted import Admitted  # noqa: PLC0415 - only where there are quotas

    admitted = ask(Admitted(workload.resource)).answer
    return usage_of("Pod", admitted.pod) if admitted.pod is not None else {}


def _quotas(workload: Workload, ask: Ask, *, created: bool) -> Iterator[Limit]:
    if not ask.bundle.has("ResourceQuota"):
        return
    from kubelens.predict.chain.quota_room import HeldByQuotas, RoomInQuotas  # noqa: PLC0415 - only where there are some

    resource = workload.resource
    if created:
        held = ask(HeldByQuotas(workload.namespace)).answer.get(id(resource))
        rooms = held.rooms if held is not None else ()
    else:
        rooms = ask(RoomInQuotas(resource)).answer
    for room in rooms:
        yield Limit(room.pods, str(room), room.quota.place.at("spec", "hard", room.resource), quota=True)


def _refused_numbers(workload: Workload, ask: Ask) -> Iterator[Limit]:
    """Of a StatefulSet that is created, how many Pods the API server lets in before one that it refuses."""
    if workload.kind != "StatefulSet":
        return
    from kubelens.predict.chain.admitted import Admitted  # noqa: PLC0415 - the chain asks for limits, too
    from kubelens.predict.chain.range_cut import CutByRange  # noqa: PLC0415 - as above

    resource = workload.resource
    by_policy = ask(Admitted(resource)).answer.cut
    by_range = ask(CutByRange(resource)).answer
    if by_policy is not None:
        yield Limit(len(by_policy.made), by_policy.why, resource.place, quota=True)
    if by_range is not None:
        yield Limit(by_range.pods, by_range.why, resource.place, quota=True)


def _nodes(workload: Workload, ask: Ask) -> Iterator[Limit]:
    if workload.kind == "DaemonSet":
        return
    ports = sorted(number for _, number in host_ports(workload.pod.value))
    if not ports and not _apart(workload):
        return
    what = f"hostPort {ports[0]}" if ports else "its anti-affinity by host name"
    place = workload.resource.place
    nodes = ask.bundle.all("Node")
    named = pinned_node(workload.pod.value)
    if named and stands_for_a_value(named):  # a reader fills it in; each copy may have another
        return
    if named:
        yield Limit(
            1, f"{what} lets one Pod run on each node, and node {named!r} is the only one these Pods may use", place
        )
    elif not nodes:
        yield Limit(None, f"{what} lets one Pod run on each node; the nodes are not known", place, apart=True)
    else:
        taking = [n for n in read_daemon_nodes(n.value for n in nodes) if runs_on(workload.pod.value, n)[0]]
        where = _of_volumes(workload, ask)
        there = [n for n in taking if all(matches_any(terms, n.labels, n.name) for terms in where)]
        told = f"{len(there)} of {len(nodes)} nodes take it"
        if len(there) < len(taking):
            told += f", as its volume is {'nowhere else' if there else 'on none of them'}"
        yield Limit(len(there), f"{what} lets one Pod run on each node, and {told}", place)


def _of_volumes(workload: Workload, ask: Ask) -> list[object]:
    """The terms of the nodes that reach the volumes which its Pods share, those of each volume by itself."""
    if not any("persistentVolumeClaim" in one for _, one in fields.items(workload.pod.value, "volumes")):
        return []
    from kubelens.predict.chain.bound import PlacesOfVolumes  # noqa: PLC0415 - with the binder of volumes

    return [one.get("nodeSelectorTerms") for one in ask(PlacesOfVolumes(workload)).answer]


def pinned_node(pod: Mapping[str, Any]) -> str:
    """The one node a Pod spec names, by ``nodeName``, host name label or required affinity; ``""`` for none."""
    if name := fields.text(pod, "nodeName"):
        return name
    if name := fields.text(fields.mapping(pod, "nodeSelector"), HOSTNAME):
        return name
    required = fields.mapping(
        fields.mapping(fields.mapping(pod, "affinity"), "nodeAffinity"),
        "requiredDuringSchedulingIgnoredDuringExecution",
    )
    terms = [_hosts(term) for _, term in fields.items(required, "nodeSelectorTerms")]
    hosts = {host for term in terms for host in term}
    return hosts.pop() if terms and all(terms) and len(hosts) == 1 else ""


def _hosts(term: Mapping[str, Any]) -> set[str]:
    """The host names one term allows; empty where it does not ask for any."""
    asked = [e for _, e in fields.items(term, "matchExpressions") if e.get("key") == HOSTNAME]
    asked += [e for _, e in fields.items(term, "matchFields") if e.get("key") == "metadata.name"]
    return {value for one in asked if one.get("operator") == "In" for value in fields.texts(one, "values")}


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


def _volumes(workload: Workload, ask: Ask) -> Iterator[Limit]:
    volumes = part(workload.resource.value, "spec", "template", "spec").get("volumes")
    for volume in volumes if isinstance(volumes, list) else ():
        if not isinstance(volume, dict):
            continue
        name = word(part(volume, "persistentVolumeClaim"), "claimName", "")
        claim = ask.bundle.get("PersistentVolumeClaim", workload.namespace, name) if name else None
        if claim is None or claim.partial:
            continue
        modes = set(fields.texts(claim.spec, "accessModes"))
        place = claim.place.at("spec", "accessModes")
        if modes == {"ReadWriteOncePod"}:
            yield Limit(1, f"claim {name!r} is ReadWriteOncePod: one Pod uses it at a time", place)
        elif modes == {"ReadWriteOnce"} and _moves_with_its_volume(claim, ask):
            told = f"claim {name!r} is ReadWriteOnce: a new Pod on another node waits for the old one"
            yield Limit(None, told, place, together=True)


def _moves_with_its_volume(claim: Resource, ask: Ask) -> bool:
    from kubelens.predict.chain.bound import MovesWithItsVolume  # noqa: PLC0415 - with the binder of volumes

    return ask(MovesWithItsVolume(claim)).answer
