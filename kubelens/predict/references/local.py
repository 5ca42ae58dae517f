"""Names within one object and into Pods: volumes and mounts, container ports with the Services and policies that name them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import PortByName, read_service
from kubelens.kube.network_policy import PodPeers, PolicyRule, read_network_policy
from kubelens.kube.pod import Container
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workload_in
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import SelectionsOf
from kubelens.syntax.place import Place, Step

_HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


class LocalName(Struct, frozen=True):
    """A volume or container port: the text that names it, and every text that uses the name."""

    kind: str
    name: str
    definition: Place
    uses: tuple[Place, ...]


class LocalNamesOf(Struct, frozen=True):
    """The volumes (``volume``) and named container ports (``port``) of a workload, with their uses."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[LocalName, ...]]:
        """Uses of a port: handlers of its container, target ports of Services that select the Pods, ports that
        NetworkPolicies let into them, from whatever namespace the other end is in, and those that PodMonitors scrape.
        """
        workload = workload_in(ask.bundle, self.resource)
        if workload is None:
            return Prediction(())
        return Prediction((*_volumes(workload), *_ports(ask, workload)))


def _volumes(workload: Workload) -> Iterator[LocalName]:
    place = workload.resource.place
    definitions = [(v.name, place.at(*v.path, "name")) for v in workload.pod.volumes]
    if workload.kind == "StatefulSet":
        for index, claim in fields.items(workload.resource.spec, "volumeClaimTemplates"):
            at = place.at("spec", "volumeClaimTemplates", index, "metadata", "name")
            definitions.append((fields.text(fields.mapping(claim, "metadata"), "name"), at))
    for name, definition in definitions:
        uses = [place.at(*m.path, "name") for c in workload.pod.containers for m in c.mounts if m.volume == name]
        for container in workload.pod.containers:
            for index, device in fields.items(container.value, "volumeDevices"):
                if fields.text(device, "name") == name:
                    uses.append(place.at(*container.path, "volumeDevices", index, "name"))
        if name:
            yield LocalName("volume", name, definition, tuple(uses))


def _ports(ask: Ask, workload: Workload) -> Iterator[LocalName]:
    place = workload.resource.place
    services = [s for r in ask.bundle.all("Service", workload.namespace) if (s := read_service(r)) is not None]
    chosen = [s for s in services if s.selector is not None and s.selector.matches(workload.pod.labels)]
    policed = [*_policy_ports(ask, workload), *_monitored_ports(ask, workload)]
    for container in workload.pod.containers:
        for port in container.ports:
            if not port.name:
                continue
            uses = [place.at(*at) for name, at in _handler_ports(container) if name == port.name]
            for service in chosen:
                uses += [
                    service.place.at("spec", "ports", p.index, "targetPort")
                    for p in service.ports
                    if isinstance(p.target, PortByName) and p.target.name == port.name and p.protocol == port.protocol
                ]
            uses += [at for at, named in policed if named.name == port.name]
            yield LocalName("port", port.name, place.at(*port.path, "name"), tuple(uses))


def _policy_ports(ask: Ask, workload: Workload) -> Iterator[tuple[Place, PortByName]]:
    """The ports by name of the policies' rules that are about the Pods' own ports."""
    labels, namespace = workload.pod.labels, workload.namespace
    for resource in ask.bundle.all("NetworkPolicy"):
        policy = read_network_policy(resource)
        if policy is None:
            continue
        own = resource.namespace == namespace
        rules = list(policy.ingress or ()) if own and policy.selector.matches(labels) else []
        rules += [rule for rule in policy.egress or () if _is_peer(ask, rule, resource.namespace, workload)]
        for rule in rules:
            for port in rule.ports:
                if isinstance(port.port, PortByName):
                    yield resource.place.at(*port.at, "port"), port.port


def _monitored_ports(ask: Ask, workload: Workload) -> Iterator[tuple[Place, PortByName]]:
    """The ports by name of the PodMonitors that select the Pods."""
    for monitor in ask.bundle.all("PodMonitor"):
        if any(workload.resource in selection.matches for selection in ask(SelectionsOf(monitor)).answer):
            for index, endpoint in fields.items(monitor.spec, "podMetricsEndpoints"):
                if name := fields.text(endpoint, "port"):
                    yield monitor.place.at("spec", "podMetricsEndpoints", index, "port"), PortByName(name)


def _is_peer(ask: Ask, rule: PolicyRule, namespace: str, workload: Workload) -> bool:
    """Whether a rule lets traffic out to the Pods of a workload by their labels."""
    for peer in rule.peers:
        if isinstance(peer, PodPeers) and peer.pods.matches(workload.pod.labels):
            if peer.namespaces is None and namespace == workload.namespace:
                return True
            if peer.namespaces is not None and peer.namespaces.matches(
                ask.bundle.namespace_labels(workload.namespace, workload.resource)
            ):
                return True
    return False


def _handler_ports(container: Container) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for path in _HANDLERS:
        handler = container.value
        for step in path:
            handler = fields.mapping(handler, step)
        for action in ("httpGet", "tcpSocket"):
            if name := fields.text(fields.mapping(handler, action), "port"):
                yield name, (*container.path, *path, action, "port")
