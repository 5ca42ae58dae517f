"""A ServiceMonitor selects no Service beside the one that is meant.

A ServiceMonitor goes by the labels of Services, not by their names, and not by the labels of Pods. Prometheus then has no
target, and says nothing.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web  # expect: app=web
  endpoints:
    - port: http
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 8080
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
  endpoints:
    - port: http
```

References:

- https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Selector
from kubelens.kube.workload import selected_workloads
from kubelens.predict.references.graph import SelectionsOf
from kubelens.predict.references.presence import one_slip
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_folder


@rule(on="ServiceMonitor", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where one Service is meant: by its name, its Pods' labels, or a label one slip away."""
    if resource.partial or resource.transformed:
        return
    for selection in ctx.ask(SelectionsOf(resource)).answer:
        if selection.matches or selection.selector.nothing or selection.selector.is_empty:
            continue
        beside = [
            s
            for s in ctx.bundle.all("Service", resource.namespace)
            if not s.partial and not s.transformed and share_a_folder(s, resource) and not ctx.bundle.is_patched(s)
        ]
        meant = [s for s in beside if _is_meant(s, resource, selection.selector, ctx)]
        if len(meant) != 1:
            continue
        failing = selection.selector.failing(meant[0].labels)
        first = failing[0]
        has = f"{first.key}={meant[0].labels[first.key]}" if first.key in meant[0].labels else f"no label {first.key}"
        plain = first.operator is Operator.IN and len(first.values) == 1
        yield ctx.finding(
            f"{resource.key} matches no Service: it asks for {first}, {meant[0].key} has {has}",
            at=selection.place.at("matchLabels", first.key) if plain else selection.place,
            related=[Related(meant[0].place.at("metadata"), "the Service that is meant")],
            notes=["Prometheus finds no target and says nothing"],
        )


def _is_meant(service: Resource, monitor: Resource, selector: Selector, ctx: Context) -> bool:
    failing = selector.failing(service.labels)
    if service.name == monitor.name:
        return True
    if any(service.name in asked.values for asked in failing if asked.operator is Operator.IN):
        return True
    if all(
        asked.operator is Operator.IN
        and len(asked.values) == 1
        and one_slip(asked.values[0], service.labels.get(asked.key, ""))
        for asked in failing
    ):
        return True
    typed = read_service(service)
    if typed is None or typed.selector is None:
        return False
    pods = selected_workloads(ctx.bundle, typed.selector, service.namespace)
    return bool(pods) and all(selector.matches(pod.pod.labels) for pod in pods)
