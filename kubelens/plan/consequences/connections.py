"""Connections that policies cut or let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, labels_in
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.sides import Side, Sides, title
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.network.ends import AddressEnd, PodEnd, UnknownEnd
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import ConnectionOf, EndsOf, ResolvesNames
from kubelens.predict.network.port_set import ALL_PORTS, NO_PORTS, PortSet
from kubelens.predict.references.pods_index import index_of

_POLICIES: Final = ("NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
_OUTSIDE: Final = AddressEnd(ip_address("203.0.113.7"), ip_address("203.0.113.7"))
_MOST_NAMED: Final = 3
_MANY: Final = 5
"""Of more workloads not all are named."""
_OUTSIDE_NAME: Final = "the outside"
_ANY_POD: Final = UnknownEnd("any Pod")
_ANY_POD_NAME: Final = "every Pod of every namespace"

Reach = dict[tuple[str, str], PortSet]


def connections(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """Who does not reach a workload any more, who does now, and whether it reaches names and the outside.

    Workloads of which the same is to be told are told together.
    """
    if not any(side.bundle.all(kind) for side in (sides.old, sides.after) for kind in _POLICIES):
        return
    told: dict[tuple[str, str], list[Resource]] = {}
    for kind, text, resource in _differences(sides):
        told.setdefault((kind, text), []).append(resource)
    for (kind, text), resources in told.items():
        names = list(map(title, resources))
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield Consequence(kinds()[kind], f"{', '.join(names[:_MOST_NAMED])}{more}", text, resources[0].place)


def _differences(sides: Sides) -> Iterator[tuple[str, str, Resource]]:
    """(kind of consequence, what is to be told, workload) for each workload that both sides have.

    Of one whose new Pods are not let in the old ones run on, and nothing is told. Pods that are not among the manifests
    are told of where they come to be let in: whether any is there to be cut off is not known.
    """
    old_ends, new_ends = _ends(sides.old), _ends(sides.after)
    both = [name for name, end in new_ends.items() if name in old_ends and _is_let_in(sides.after, end)]
    before, after = _reach(sides.old, old_ends), _reach(sides.after, new_ends)
    for name in both:
        workload = new_ends[name].workload
        ports = _served(sides.after, workload)
        lost, gained = (
            {
                source: _ports(changed)
                for source in (*both, _OUTSIDE_NAME)
                if source != name and (changed := _had(had, source, name, ports) - _had(has, source, name, ports))
            }
            for had, has in ((before, after), (after, before))
        )
        if lost:
            rest = ""
            if len(lost) > _MANY:
                kept = dict.fromkeys((one for one in both if one != name and _had(after, one, name, ports)), "")
                rest = f"; still by {_listed(kept) or 'nobody among the manifests'}"
            yield "connection-lost", f"not reached any more by {_listed(lost)}{rest}", workload.resource
        ours = _had(after, _ANY_POD_NAME, name, ports) - _had(before, _ANY_POD_NAME, name, ports)
        if ours:
            gained[_ANY_POD_NAME] = _ports(ours)
        if gained:
            yield "connection-gained", f"reached now by {_listed(gained)}", workload.resource
        out, still = before[name, _OUTSIDE_NAME], after[name, _OUTSIDE_NAME]
        if closed := out - still:
            yield "connection-lost", f"does not reach the outside any more: {closed}", workload.resource
        if opened := still - out:
            yield "connection-gained", f"reaches the outside: {opened}", workload.resource
        if opened := after[name, _ANY_POD_NAME] - before[name, _ANY_POD_NAME]:
            yield "connection-gained", f"reaches {_ANY_POD_NAME}: {opened}", workload.resource
        could, can = (
            side.ask(ResolvesNames(ends[name].workload.resource)).answer
            for side, ends in ((sides.old, old_ends), (sides.after, new_ends))
        )
        if could and not can:
            yield "connection-lost", "resolves no names any more: DNS is cut off", workload.resource
        elif can and not could:
            yield "connection-gained", "resolves names again: DNS is open", workload.resource


def _listed(sources: Mapping[str, str]) -> str:
    """Who reaches something, with the ports of each; of many workloads with the same ports the first ones.

    The outside and Pods that are not among the manifests are always named.
    """
    by_ports: dict[str, list[str]] = {}
    apart = []
    for source, shown in sources.items():
        if source in (_OUTSIDE_NAME, _ANY_POD_NAME):
            apart.append(_with_ports(source, shown))
        else:
            by_ports.setdefault(shown, []).append(source)
    told = []
    for shown, names in by_ports.items():
        if len(names) > _MANY:
            many = f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more workloads"
            told.append(_with_ports(many, shown))
        else:
            told += [_with_ports(name, shown) for name in names]
    return ", ".join([*told, *apart])


def _with_ports(name: str, shown: str) -> str:
    return f"{name} ({shown})" if shown else name


def _is_let_in(side: Side, end: PodEnd) -> bool:
    return side.ask(Admitted(end.workload.resource)).answer.denial is None


def _ends(side: Side) -> dict[str, PodEnd]:
    return {str(end): end for end in side.ask(EndsOf()).answer if end.number is None}


def _reach(side: Side, ends: dict[str, PodEnd]) -> Reach:
    found: Reach = {(str(a), str(b)): ports for a, b, ports in side.ask(PolicyMatrix()).answer}
    for name, end in ends.items():
        found[_OUTSIDE_NAME, name] = side.ask(ConnectionOf(_OUTSIDE, end)).answer.ports
        found[_ANY_POD_NAME, name] = side.ask(ConnectionOf(_ANY_POD, end)).answer.ports
        found[name, _ANY_POD_NAME] = side.ask(ConnectionOf(end, _ANY_POD)).answer.ports
        found[name, _OUTSIDE_NAME] = side.ask(ConnectionOf(end, _OUTSIDE)).answer.ports
    return found


def _had(reach: Reach, source: str, destination: str, ports: PortSet) -> PortSet:
    return reach.get((source, destination), NO_PORTS) & ports


def _served(side: Side, workload: Workload) -> PortSet:
    """The ports that a workload's containers declare; else every port, where a Service leads to it, or none."""
    declared = [
        PortSet.single(port.protocol, port.number)
        for container in workload.pod.running_containers()
        for port in container.ports
    ]
    if declared:
        return PortSet.union(declared)
    chosen = index_of(side.bundle).selecting(
        "Service", dict(labels_in(side.bundle, workload.resource)), workload.namespace
    )
    return ALL_PORTS if chosen else NO_PORTS


def _ports(ports: PortSet) -> str:
    return "" if ports.is_all else str(ports)
