"""An Ingress leads to a Service that is not among the manifests, or to none.

The controller answers such paths with 503. Names one slip away from a Service, and ports that a Service lacks, are
reported by service-missing and service-port-missing.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: checkout  # expect: checkout
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import ServiceBackend, read_ingress
from kubelens.kube.resource import Resource
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.written import value_at


@rule(
    on="Ingress",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:dangling-ingress",
        "kube-score:ingress-targets-service",
        "kubescape:C-0298",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each backend whose Service is not listed."""
    ingress = read_ingress(resource)
    if ingress is None:
        return
    old = resource.gvk.version != "v1"
    root = "backend" if resource.spec.get("backend") else "defaultBackend"
    backends = [(path.backend, (*path.at, "backend")) for line in ingress.rules for path in line.paths]
    for backend, steps in [(ingress.default_backend, ("spec", root)), *backends]:
        at = resource.place.at(*steps)
        written = value_at(resource, steps)
        odd = not old and isinstance(written, dict) and "serviceName" in written
        if odd or not isinstance(backend, ServiceBackend):
            if (odd or backend is None) and steps != ("spec", root):
                yield ctx.finding(f"a path of {resource.key} has no backend", at=at)
            continue
        if ctx.facts.exists_elsewhere("Service", backend.name, resource.namespace):
            continue
        if ctx.ask(PresenceOf("Service", resource.namespace, backend.name)).answer.presence is Presence.UNKNOWN:
            name = at.at("serviceName") if old else at.at("service", "name")
            yield ctx.finding(f"Service {backend.name!r} of {resource.key} is not in the manifests", at=name)
