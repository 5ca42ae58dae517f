"""An autoscaler that asks for a share of a request some container does not make.

Utilization is usage divided by request. The controller adds up the requests of every container that runs
throughout, sidecars included; where one has none it reports FailedGetResourceMetric and does not scale on it.
A workload of another folder counts where both name the namespace.

Bad:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  metrics:
    - type: Resource
      resource:
        name: cpu  # expect: cpu
        target:
          type: Utilization
          averageUtilization: 70
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
          image: nginx:1.27
```

Good:

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
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
          image: nginx:1.27
          resources:
            requests:
              cpu: 100m
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.podautoscaler.spec import V1_METRICS
from kubelens.predict.references.graph import ReferencesOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_namespace
from kubelens.syntax.place import Place

_BY_DEFAULT: Final = "without spec.metrics the API server writes one: 80 percent of the requested cpu"


def _utilizations(resource: Resource) -> Iterator[tuple[str, str, Place]]:
    """(resource, the one container it is about or ``""``, place) of each metric that is a share of a request.

    Without any the API server writes one: 80 percent of the requested CPU (``SetDefaults_HorizontalPodAutoscaler``).
    """
    if fields.integer(resource.spec, "targetCPUUtilizationPercentage") is not None:
        yield "cpu", "", resource.place.at("spec", "targetCPUUtilizationPercentage")
    elif not fields.items(resource.spec, "metrics") and V1_METRICS not in resource.annotations:
        yield "cpu", "", resource.place.at("spec")
    for index, metric in fields.items(resource.spec, "metrics"):
        for source in ("resource", "containerResource"):
            value = fields.mapping(metric, source)
            share = fields.integer(fields.mapping(value, "target"), "averageUtilization")
            if share is None:
                share = fields.integer(value, "targetAverageUtilization")
            if share is not None and (name := fields.text(value, "name")):
                yield name, fields.text(value, "container"), resource.place.at("spec", "metrics", index, source, "name")


@rule(on="HorizontalPodAutoscaler", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each metric, with the containers as the other end. A LimitRange may fill requests in."""
    ranges = ctx.bundle.all("LimitRange", resource.namespace)
    if resource.partial or any(ctx.ask(Stored(one)).answer.denial is None for one in ranges):
        return
    target = next((r for r in ctx.ask(ReferencesOf(resource)).answer if "scaleTargetRef" in r.place.path), None)
    if target is None:
        return
    same = ctx.bundle.named(target.kind, target.name, target.namespace)
    workload = read_workload(same[0]) if len(same) == 1 and not same[0].partial else None
    if workload is None or not share_a_namespace(resource, workload.resource, ctx.bundle):
        return
    found = workload.resource
    whole = fields.mapping(workload.pod.value, "resources")
    for name, only, place in _utilizations(resource):
        if any(name in fields.mapping(whole, part) for part in ("requests", "limits")):
            continue
        lacking = [
            c
            for c in workload.pod.running_containers()
            if (not only or c.name == only) and name not in c.requests and name not in c.limits
        ]
        if lacking:
            names = ", ".join(f"'{c.name}'" for c in lacking)
            who = (
                f"containers {names} of {found.key} request"
                if len(lacking) > 1
                else f"container {names} of {found.key} requests"
            )
            yield ctx.finding(
                f"{who} no {name}: its utilization cannot be told",
                at=place,
                related=[Related(found.place.at(*c.path, "name"), f"no {name} request here") for c in lacking],
                notes=[
                    *([_BY_DEFAULT] if place.path == ("spec",) else []),
                    "the controller reports FailedGetResourceMetric and does not scale on this metric",
                ],
            )
