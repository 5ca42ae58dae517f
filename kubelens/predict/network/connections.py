"""What the kube-proxy of a node makes of new connections to a Service, and what its health check port answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import Service, ServicePort, ServiceType, read_service
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.endpointslice import EndpointSlice
from kubelens.predict.first_names import first_names
from kubelens.predict.network.kube_proxy.categorize import NodePlace, local_ready, maybe_local
from kubelens.predict.network.kube_proxy.path import Client, Entry, Mode, Origin, Outcome, any_of, entries, outcome
from kubelens.predict.network.service_slices import ClusterNodes, SlicesOf, shown_families
from kubelens.predict.network.standing_pods import EACH_NODE

_MOST_NAMED: Final = 4


class Connection(Struct, frozen=True):
    """What becomes of a new connection on one way into a port; ``iptables``: in that mode, where it is another."""

    port: ServicePort
    entry: Entry
    outcome: Outcome
    iptables: Outcome | None = None


class Health(Struct, frozen=True):
    """``ready`` Pods run on a node for sure; ``maybe`` more, as the manifests do not say where they run."""

    ready: int
    maybe: int = 0

    @property
    def status(self) -> int | None:
        """What the port answers; None where the manifests do not decide it."""
        return 200 if self.ready else None if self.maybe else 503


class HealthOf(Struct, frozen=True):
    """What the health check port of a load balancer's Service answers on a node, where it has one."""

    resource: Resource
    node: str

    def answer(self, ask: Ask) -> Prediction[Health | None]:
        """None where no port is there."""
        service = read_service(self.resource)
        local = service is not None and service.external_traffic == "Local"
        if service is None or not local or service.type is not ServiceType.LOAD_BALANCER:
            return Prediction(None)
        slices = ask(SlicesOf(self.resource, shown_families(ask)))
        found = Health(local_ready(slices.answer, self.node), maybe_local(slices.answer))
        return Prediction(found, assumptions=(*slices.assumptions, *_ties(ask, slices.answer)))


def _nodes_decide(service: Service, slices: Sequence[EndpointSlice]) -> bool:
    """Whether it depends on nodes which endpoints are used."""
    hinted = any(e.zone_hints or e.node_hints for s in slices for e in s.endpoints)
    return hinted or "Local" in (service.internal_traffic, service.external_traffic)


def _ties(ask: Ask, slices: Sequence[EndpointSlice]) -> Iterator[Assumption]:
    """Pods for which several nodes are equally good: what holds on a node rests on the one that is taken here."""
    if not ask(ClusterNodes()).answer:
        return
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - only where there are nodes

    own = {e.pod for s in slices if s.managed for e in s.endpoints}
    tied = [p for p in ask(Placed()).answer.placements if len(p.nodes) > 1 and p.pod.name in own]
    if tied:
        named = first_names([f"{p.pod.name} on {p.chosen}" for p in tied], _MOST_NAMED)
        yield Assumption(f"of nodes that are equally good for a Pod it gets the one shown, which decides here: {named}")


class ConnectionsOf(Struct, frozen=True):
    """What a node's kube-proxy makes of new connections to a Service.

    ``zone`` is ``""`` for the node's own; ``node`` is ``""`` for any node of the zone.
    """

    resource: Resource
    client: Client
    node: str
    zone: str = ""

    def answer(self, ask: Ask) -> Prediction[tuple[Connection, ...]]:
        """For every port and way in; open where it is for nodes to decide that the manifests do not tell."""
        service = read_service(self.resource)
        if service is None or ask(Stored(self.resource)).answer.denial is not None:
            return Prediction(())
        families = shown_families(ask)
        slices = ask(SlicesOf(self.resource, families))
        nodes = ask(ClusterNodes()).answer
        places = self._places(nodes, slices.answer)
        client = self._located(ask)
        assumptions = list(slices.assumptions)
        if nodes and (unlisted := [place.name for place in places if place.name and place.name not in nodes]):
            names = ", ".join(unlisted[:_MOST_NAMED])
            assumptions.append(
                Assumption(f"nodes that EndpointSlices name are there, but not among the files: {names}")
            )
        if _nodes_decide(service, slices.answer):
            assumptions += _ties(ask, slices.answer)
        if service.source_ranges and not client.address:
            ranges = ", ".join(service.source_ranges)
            assumptions.append(Assumption(f"the client's address, which the files do not say, is not in {ranges}"))
        pods = {e.pod for s in slices.answer for e in s.endpoints if e.pod.endswith(EACH_NODE)}
        for pod in sorted(pods):
            name = pod.removesuffix(EACH_NODE)
            assumptions.append(
                Assumption(f"DaemonSet {name} has one Pod on each of its nodes, which are not known: shown as one")
            )
        found = []
        for port in service.ports:
            for entry in entries(service, port, families):
                both = [
                    any_of([outcome(service, port, slices.answer, entry, place, client, mode) for place in places])
                    for mode in Mode
                ]
                found.append(Connection(port, entry, both[0], both[1] if both[1] != both[0] else None))
        return Prediction(tuple(found), assumptions=tuple(assumptions))

    def _places(self, nodes: Mapping[str, Node], slices: Sequence[EndpointSlice]) -> Sequence[NodePlace]:
        """The node that decides, or all that may: those of the zone, else one that nobody names.

        Of a node that is not among the files slices may tell the zone.
        """
        told = {e.node: e.zone for s in slices for e in s.endpoints if e.node and e.zone}
        zones = told | {node.name: node.zone for node in nodes.values()}
        known = bool(nodes)
        if self.node:
            zone = self.zone or zones.get(self.node, "")
            return [NodePlace(self.node, zone, bool(zone) or self.node in nodes, known)]
        inside = [NodePlace(name, zone, True, known) for name, zone in zones.items() if zone == self.zone]
        return inside if known and inside else [NodePlace("", self.zone, True, known)]

    def _located(self, ask: Ask) -> Client:
        """The client with its address: the node's own, or the first of its range of Pods, where the files say."""
        node = ask.bundle.get("Node", "", self.node, group="")
        if self.client.address or node is None:
            return self.client
        if self.client.origin is Origin.NODE:
            listed = fields.items(fields.mapping(node.value, "status"), "addresses")
            own = [fields.text(a, "address") for _, a in listed if a.get("type") == "InternalIP"]
            return Client(Origin.NODE, next(iter(own), ""))
        return Client(self.client.origin, fields.text(node.spec, "podCIDR").partition("/")[0])
