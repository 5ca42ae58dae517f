"""What the kube-proxy of a node makes of new connections to a Service, and what its health check port answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import ServicePort, ServiceType, read_service
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.kube_proxy.categorize import NodePlace, local_ready, maybe_local
from kubelens.predict.network.kube_proxy.path import Client, Entry, Mode, Origin, Outcome, any_of, entries, outcome
from kubelens.predict.network.service_slices import ClusterNodes, SlicesOf, shown_families
from kubelens.predict.network.standing_pods import EACH_NODE


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
        return Prediction(found, assumptions=slices.assumptions)


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
        places = self._places(ask(ClusterNodes()).answer)
        client = self._located(ask)
        assumptions = list(slices.assumptions)
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

    def _places(self, nodes: Mapping[str, Node]) -> Sequence[NodePlace]:
        """The node that decides, or all that may: those of the zone, else one that nobody names."""
        if self.node:
            known = nodes.get(self.node)
            return [NodePlace(self.node, self.zone or (known.zone if known is not None else ""))]
        return [NodePlace(n.name, n.zone) for n in nodes.values() if n.zone == self.zone] or [NodePlace("", self.zone)]

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
