"""A rolling update on the way of which no Pod is ready.

The settings let every Pod be replaced at once: with one replica and `maxSurge: 0`, or with `maxUnavailable: 100%`,
the last ready Pod goes before the first new one is ready, and the Service has no endpoint meanwhile.
A single Pod that no Service sends anything to is left alone: whoever wants it replaced so writes it so.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 100%  # expect: no Pod
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import labels_in, read_workload
from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="Deployment", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a Deployment whose ready Pods fall to zero."""
    strategy = read_strategy(resource.spec)
    replicas = resource.spec.get("replicas", 1)
    if not strategy.rolling or not isinstance(replicas, int) or strategy.max_unavailable(replicas) < replicas:
        return
    from kubelens.predict.controllers.rollout.rollout import NextRollout  # noqa: PLC0415 - where room is given up

    rollout = ctx.ask(NextRollout(resource)).answer
    if rollout.timeline is None or rollout.replicas == 0 or rollout.timeline.min_ready:
        return
    if rollout.replicas == 1 and not _is_served(resource, ctx):
        return
    rolling = resource.place.at("spec", "strategy", "rollingUpdate", "maxUnavailable")
    yield ctx.finding(
        f"a rollout of {resource.key} has no Pod ready on the way: "
        f"all {rollout.replicas} may go before a new one is ready",
        at=rolling,
        notes=[_instead(rollout.replicas)],
    )


def _instead(replicas: int) -> str:
    if replicas == 1:
        return "maxUnavailable: 0 with maxSurge of at least 1 keeps the old Pod until the new one is ready"
    return f"maxUnavailable below {replicas} keeps Pods until new ones are ready"


def _is_served(resource: Resource, ctx: Context) -> bool:
    """Whether a Service sends requests to its Pods."""
    workload = read_workload(resource)
    if workload is None:
        return False
    from kubelens.predict.references.pods_index import index_of  # noqa: PLC0415 - only where all Pods may go

    return bool(
        index_of(ctx.bundle).selecting("Service", dict(labels_in(ctx.bundle, workload.resource)), workload.namespace)
    )
