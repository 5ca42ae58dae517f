"""An Ingress leads to a Service, or to a port of it, that is not among the manifests.

The controller answers such paths with 503. A number has to be one of the Service's ``port`` numbers, not of its
target ports.

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
                name: web
                port:
                  number: 8080  # expect: 8080
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

from collections.abc import Iterator, Mapping

from kubelens.kube.network import PortByName, ServiceBackend, ServicePort, read_ingress, read_service
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.written import value_at


def _meant(backend: ServiceBackend, port: ServicePort) -> bool:
    """Whether a backend names this port."""
    if isinstance(backend.port, PortByName):
        return backend.port.name == port.name
    return getattr(backend.port, "number", None) == port.number


@rule(
    on="Ingress",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:dangling-ingress",
        "kube-score:ingress-targets-service",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    ingress = read_ingress(resource)
    if ingress is None:
        return
    old = resource.gvk.version != "v1"
    root = "backend" if resource.spec.get("backend") else "defaultBackend"
    backends = [(path.backend, (*path.at, "backend")) for line in ingress.rules for path in line.paths]
    for backend, steps in [(ingress.default_backend, ("spec", root)), *backends]:
        at = resource.place.at(*steps)
        written = value_at(resource, steps)
        odd = not old and isinstance(written, Mapping) and "serviceName" in written
        if odd or not isinstance(backend, ServiceBackend):
            if (odd or backend is None) and steps != ("spec", root):
                yield ctx.finding(f"a path of {resource.key} has no backend", at=at)
            continue
        target = ctx.bundle.get("Service", resource.namespace, backend.name)
        service = read_service(target) if target is not None else None
        if service is None:
            if not ctx.facts.exists_elsewhere("Service", backend.name, resource.namespace):
                name = at.at("serviceName") if old else at.at("service", "name")
                yield ctx.finding(f"Service {backend.name!r} of {resource.key} is not in the manifests", at=name)
            continue
        if not any(_meant(backend, declared) for declared in service.ports):
            port = backend.port.name if isinstance(backend.port, PortByName) else getattr(backend.port, "number", None)
            yield ctx.finding(
                f"Service {backend.name!r} of {resource.key} has no port {port!r}",
                at=at.at("servicePort")
                if old
                else at.at("service", "port", "name" if isinstance(port, str) else "number"),
                related=[Related(service.resource.place.at("spec", "ports"), "its ports")],
            )
