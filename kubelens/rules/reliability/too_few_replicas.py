"""A workload keeps so few Pods that losing one is noticed.

With one replica every drain, every crash and every node upgrade is an outage. An autoscaler that scales the workload
is judged instead, by hpa-min-too-low.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1  # expect: 1
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
  replicas: 3
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

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._shared import autoscaler_of


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("minimum", 2, "the fewest replicas that are not reported"),
        Option("kinds", ["Deployment", "DeploymentConfig"], "kinds that are judged"),
        Option("also-zero", False, "also report workloads scaled to zero"),
    ),
    aliases=(
        "kube-linter:minimum-three-replicas",
        "kube-score:deployment-replicas",
        "polaris:deploymentMissingReplicas",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    if workload.kind not in ctx.options["kinds"] or autoscaler_of(
        workload.kind, workload.name, workload.namespace, ctx.bundle
    ):
        return
    if workload.desired < ctx.options["minimum"] and (workload.desired > 0 or ctx.options["also-zero"]):
        written = workload.replicas is not None
        at = (
            workload.resource.place.at("spec", "replicas")
            if written
            else workload.resource.place.at("metadata", "name")
        )
        yield ctx.finding(
            f"{workload.resource.key} keeps {workload.desired} replicas, fewer than {ctx.options['minimum']}", at=at
        )
