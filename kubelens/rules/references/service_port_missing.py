"""A port that an Ingress, a route or a webhook asks for is none of its Service's ports.

The number has to be a ``port`` of the Service, not one of its target ports or of its Pods. Ingress controllers and gateways
answer such paths with 503. A Service of another folder counts where both name the namespace.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: checkout
                port:
                  number: 8080  # expect: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: checkout
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import PortByName, PortByNumber, ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_namespace

_REFERRERS = (
    "Ingress",
    "HTTPRoute",
    "GRPCRoute",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
    "VirtualService",
    "APIService",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
)


@rule(
    on=_REFERRERS,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:dangling-ingress",
        "kube-score:ingress-targets-service",
        "ingress-port-not-served",
        "kubescape:C-0298",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port, with the Service's ports as the other end."""
    if resource.partial:
        return
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind != "Service" or reference.port is None:
            continue
        found = ctx.ask(PresenceOf("Service", reference.namespace, reference.name, reference.group)).answer
        if found.presence is not Presence.PRESENT or len(found.objects) != 1 or found.objects[0].partial:
            continue
        service = read_service(found.objects[0])
        if service is None or service.type is ServiceType.EXTERNAL_NAME or not service.ports:
            continue
        if resource.namespace and not share_a_namespace(resource, service.resource, ctx.bundle):
            continue
        wanted = reference.port
        if isinstance(wanted, PortByName) and any(port.name == wanted.name for port in service.ports):
            continue
        if isinstance(wanted, PortByNumber) and any(port.number == wanted.number for port in service.ports):
            continue
        there = ", ".join(str(port) for port in service.ports)
        yield ctx.finding(
            f"{reference.target} has no port '{wanted}'; it has {there}",
            at=reference.port_place or reference.place,
            related=[Related(service.resource.place.at("spec", "ports"), "the ports it has")],
            notes=["requests to it cannot be answered"],
        )
