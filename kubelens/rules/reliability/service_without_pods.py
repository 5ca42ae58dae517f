"""A Service selects no Pods that the manifests bring into being.

It then has no endpoints, and connections to it are refused. Pods that come from elsewhere are named by
``assume-exists``. Namespaces of the control plane are left out, and selectors that name a custom object, whose
controller makes its Pods. One slip away from Pods, or beside a workload of its own name, it is service-selects-nothing that tells.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop  # expect: no Pods
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

from kubelens.kube.network import ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.references import service_selects_nothing
from kubelens.rules.reliability._over_pods import is_selected


@rule(
    on="Service",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-linter:dangling-service",
        "kube-score:service-targets-pod",
        "kics:service_does_not_target_pod",
        "kubescape:C-0293",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    service = read_service(resource)
    if service is None or service.selector is None or service.type is ServiceType.EXTERNAL_NAME:
        return
    if is_selected(service.selector, service.namespace, ctx.bundle):
        return
    if any(service_selects_nothing.check.check(resource, ctx)):
        return
    if not ctx.facts.exists_elsewhere("Service", resource.name, resource.namespace):
        yield ctx.finding(
            f"{resource.key} selects no Pods of the manifests: {service.selector}",
            at=resource.place.at("spec", "selector"),
        )
