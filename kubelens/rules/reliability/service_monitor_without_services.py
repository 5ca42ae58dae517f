"""A ServiceMonitor matches no Service of the manifests.

Prometheus then scrapes nothing for it, and alerts on these metrics stay silent. Where one Service is meant,
monitor-selects-nothing says which.

Bad:

```yaml
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: cart
spec:
  selector:
    matchLabels:  # expect: no Service
      app: cart
  endpoints:
    - port: http
---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  selector:
    app: web
  ports:
    - port: 80
```

Good:

```yaml
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  endpoints:
    - port: http
---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  selector:
    app: web
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.references._monitors import meant_targets


@rule(
    on="ServiceMonitor",
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=("kube-linter:dangling-servicemonitor",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding; quiet where ``monitor-selects-nothing`` says which Service is meant."""
    chosen = fields.mapping(resource.spec, "namespaceSelector")
    names = fields.texts(chosen, "matchNames")
    everywhere = chosen.get("any") is True
    selector = label_selector(resource.spec.get("selector") or {})
    for service in ctx.bundle.all("Service"):
        here = service.namespace in names if names else service.namespace == resource.namespace
        if (everywhere or here) and selector.matches(service.labels):
            return
    if any(meant_targets(resource, ctx)):
        return
    yield ctx.finding(
        f"{resource.key} matches no Service of the manifests: {selector}", at=resource.place.at("spec", "selector")
    )
