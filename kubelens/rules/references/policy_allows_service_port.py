"""A NetworkPolicy that allows the port of a Service where its Pods listen on another.

Policies see packets after the Service's port has been translated: what counts is the Pod's own port, the Service's
`targetPort`. The Service's port opens nothing.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - ports:
        - port: 80  # expect: 80
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - ports:
        - port: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortByNumber, Service, read_service
from kubelens.kube.network_policy import PodPeers, PolicyRule, read_network_policy
from kubelens.kube.resource import Resource
from kubelens.predict.network.ends import PodEnd, selected_ends
from kubelens.predict.network.ingress_reach import served_ports
from kubelens.predict.network.port_set import NO_PORTS, PortSet
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on="NetworkPolicy", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each such port, with the Service's port as the other end."""
    policy = read_network_policy(resource)
    if policy is None or resource.partial:
        return
    for entry in policy.ingress or ():
        if _numbers(entry):
            ends = selected_ends(ctx.bundle, policy.selector, policy.namespace)
            yield from _told(resource, ctx, entry, ends, policy.ingress or ())
    for entry in policy.egress or ():
        if _numbers(entry) and entry.peers and all(isinstance(peer, PodPeers) for peer in entry.peers):
            ends = list(_peers(ctx.bundle, entry, policy.namespace))
            yield from _told(resource, ctx, entry, ends, policy.egress or ())


def _told(
    resource: Resource, ctx: Context, entry: PolicyRule, ends: list[PodEnd], beside: tuple[PolicyRule, ...]
) -> Iterator[Finding]:
    """Findings about one rule, whose ports are asked of the Pods it is about; ``beside``: all rules of the direction."""
    spaces = dict.fromkeys(end.workload.namespace for end in ends)
    services = [
        service
        for space in spaces
        for one in ctx.bundle.all("Service", space)
        if not one.partial and (service := read_service(one)) is not None
    ]
    opened = [number for other in beside for number in _numbers(other)]
    for allowed in entry.ports:
        if not isinstance(allowed.port, PortByNumber) or allowed.end_port:
            continue
        number = allowed.port.number
        if any(end.workload.pod.port_numbered(number, allowed.protocol) for end in ends):
            continue
        meant = _meant(services, ends, allowed.protocol, number)
        if meant is None or any(meant.served.has(allowed.protocol, one) for one in opened):
            continue
        at = meant.service.place.at("spec", "ports", meant.index)
        yield ctx.finding(
            f"port {number} is that of Service '{meant.service.name}'; its Pods listen on {meant.served}",
            at=resource.place.at(*allowed.at, "port"),
            related=[Related(at, "translated here, before policies look")],
            notes=["the policy lets nothing through to those Pods on that port"],
        )


class _Meant(Struct, frozen=True):
    """A Service's port that a rule names, and the ports of the Pods behind it."""

    service: Service
    index: int
    served: PortSet


def _meant(services: list[Service], ends: list[PodEnd], protocol: str, number: int) -> _Meant | None:
    """The Service's port of a number that the Pods do not listen on; None where some Service leads to the number."""
    found: _Meant | None = None
    for service in services:
        for port in service.ports:
            served = NO_PORTS
            for end in ends:
                served = served | served_ports(service, port, end)
            if served.has(protocol, number):
                return None
            if found is None and served and port.number == number and port.protocol == protocol:
                found = _Meant(service, port.index, served)
    return found


def _numbers(entry: PolicyRule) -> list[int]:
    return [port.port.number for port in entry.ports if isinstance(port.port, PortByNumber) and not port.end_port]


def _peers(bundle: Bundle, entry: PolicyRule, namespace: str) -> Iterator[PodEnd]:
    """The Pods of the manifests that a rule's peers are."""
    for peer in entry.peers:
        if not isinstance(peer, PodPeers):
            continue
        for space in bundle.namespaces if peer.namespaces is not None else (namespace,):
            if peer.namespaces is None or peer.namespaces.matches(bundle.namespace_labels(space)):
                yield from selected_ends(bundle, peer.pods, space)
