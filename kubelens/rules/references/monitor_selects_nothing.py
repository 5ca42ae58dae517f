"""A ServiceMonitor selects no Service beside the one that is meant.

A ServiceMonitor goes by the labels of Services, not by their names, and not by the labels of Pods. Prometheus then has no
target, and says nothing.

A PodMonitor is held against the Pods in the same way, and what matches in a namespace that the monitor does not look in is
said too.

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
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.references._monitors import Meant, is_plain, meant_targets, namespaces_of

_SILENCE: Final = "Prometheus finds no target and says nothing"


@rule(
    on=("ServiceMonitor", "PodMonitor"),
    severity=Severity.WARNING,
    aliases=("kube-linter:dangling-servicemonitor",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding for each selector, where one target is meant."""
    for meant in meant_targets(resource, ctx):
        yield _slip(resource, meant, ctx) if meant.failing else _elsewhere(resource, meant, ctx)


def _slip(resource: Resource, meant: Meant, ctx: Context) -> Finding:
    first, labels = meant.failing[0], meant.target.labels
    has = f"{first.key}={labels[first.key]}" if first.key in labels else f"no label {first.key}"
    return ctx.finding(
        f"{resource.key} matches no {_what(resource)}: it asks for {first}, {meant.target.resource.key} has {has}",
        at=meant.place.at("matchLabels", first.key) if is_plain(first) else meant.place,
        related=[Related(meant.target.place, f"the {_what(resource)} that is meant")],
        notes=[_SILENCE],
    )


def _elsewhere(resource: Resource, meant: Meant, ctx: Context) -> Finding:
    target = meant.target.resource
    looks_in = ", ".join(repr(space) for space in namespaces_of(resource))
    return ctx.finding(
        f"{resource.key} matches no {_what(resource)}: {target.key} is in namespace '{target.namespace}', "
        f"and it looks in {looks_in} only",
        at=meant.place,
        related=[Related(target.place.at("metadata", "namespace"), f"the {_what(resource)} that is meant")],
        notes=[_SILENCE, "spec.namespaceSelector names the namespaces to look in"],
    )


def _what(monitor: Resource) -> str:
    return "Service" if monitor.kind == "ServiceMonitor" else "Pod"
