"""A route or Gateway that refers into another namespace without that namespace's leave.

The Gateway API takes a Service or Secret of another namespace only where a ReferenceGrant of that namespace says so. Without
one, requests to such a backend are answered with 500, and a listener with such a certificate is not programmed. Reported
where the target itself is among the manifests: its grant belongs beside it. Routes of a mesh, whose parent is a Service,
are left alone.

Bad:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
  namespace: web
spec:
  rules:
    - backendRefs:
        - name: checkout
          namespace: pay  # expect: pay
          port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
  namespace: pay
spec:
  selector:
    app: checkout
  ports:
    - port: 80
```

Good:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
  namespace: web
spec:
  rules:
    - backendRefs:
        - name: checkout
          namespace: pay
          port: 80
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata:
  name: routes
  namespace: pay
spec:
  from:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      namespace: web
  to:
    - group: ""
      kind: Service
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
  namespace: pay
spec:
  selector:
    app: checkout
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.gateway import GROUP, read_route
from kubelens.kube.resource import Resource
from kubelens.predict.network.attachment import is_granted, says_namespace
from kubelens.predict.references.graph import ReferencesOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_REFERRERS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "Gateway")


@rule(on=_REFERRERS, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each such reference, with the target as the other end."""
    if resource.partial or not says_namespace(resource) or resource.gvk.group != GROUP:
        return
    route = read_route(resource)
    if route is not None and any(parent.kind != "Gateway" for parent in route.parents):
        return
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        kind, namespace, name = reference.kind, reference.namespace, reference.name
        if kind not in ("Service", "Secret") or reference.group or namespace == resource.namespace:
            continue
        target = ctx.bundle.get(kind, namespace, name, group="")
        if target is None or is_granted(ctx.bundle, resource, kind, namespace, name):
            continue
        if not says_namespace(target) or ctx.facts.exists_elsewhere("ReferenceGrant", name, namespace):
            continue
        steps = reference.place.path[len(resource.place.path) : -1]
        yield ctx.finding(
            f"no ReferenceGrant of namespace '{namespace}' lets {resource.kind}s of '{resource.namespace}' refer to {kind} '{name}'",
            at=resource.place.at(*steps, "namespace"),
            related=[Related(target.place.at("metadata", "name"), f"the {kind} is here, its namespace grants nothing")],
            notes=["the Gateway answers with 500" if kind == "Service" else "the listener is not programmed"],
        )
