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

from kubelens.kube.network import PortByNumber, read_service
from kubelens.kube.network_policy import read_network_policy
from kubelens.kube.resource import Resource
from kubelens.predict.network.ingress_reach import served_ports
from kubelens.predict.network.policy import selected_ends
from kubelens.predict.network.port_set import NO_PORTS
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on="NetworkPolicy", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each such port, with the Service's port as the other end."""
    policy = read_network_policy(resource)
    if policy is None or resource.partial:
        return
    if not any(isinstance(p.port, PortByNumber) and not p.end_port for e in policy.ingress or () for p in e.ports):
        return
    ends = selected_ends(ctx.bundle, policy.selector, policy.namespace)
    services = [
        s for r in ctx.bundle.all("Service", policy.namespace) if not r.partial and (s := read_service(r)) is not None
    ]
    for entry in policy.ingress or ():
        for allowed in entry.ports:
            if not isinstance(allowed.port, PortByNumber) or allowed.end_port:
                continue
            number = allowed.port.number
            if any(end.workload.pod.port_numbered(number, allowed.protocol) for end in ends):
                continue
            meant = []
            for service in services:
                for port in service.ports:
                    served = NO_PORTS
                    for end in ends:
                        served = served | served_ports(service, port, end)
                    if served.has(allowed.protocol, number):
                        break
                    if served and port.number == number and port.protocol == allowed.protocol:
                        meant.append((service, port, served))
                else:
                    continue
                break
            else:
                opened = [
                    p.port.number for e in policy.ingress or () for p in e.ports if isinstance(p.port, PortByNumber)
                ]
                for service, port, served in meant[:1]:
                    if any(served.has(allowed.protocol, n) for n in opened):
                        continue
                    yield ctx.finding(
                        f"port {number} is that of Service '{service.name}'; its Pods listen on {served}",
                        at=resource.place.at(*allowed.at, "port"),
                        related=[
                            Related(
                                service.place.at("spec", "ports", port.index), "translated here, before policies look"
                            )
                        ],
                        notes=["the policy lets nothing through to those Pods on that port"],
                    )
