"""A workload has no topology spread constraints.

Without any the scheduler's soft defaults hold, and all Pods may land in one zone.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: spread
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: web
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option(
            "kinds",
            ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig"],
            "kinds that are judged",
        ),
    ),
    aliases=("polaris:topologySpreadConstraint",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.kind not in ctx.options["kinds"]:
        return
    if not fields.items(workload.pod.value, "topologySpreadConstraints"):
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(f"{workload.resource.key} has no topology spread constraints", at=at)
