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

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._over_pods import autoscaler_of


@rule(
    on=("Deployment", "DeploymentConfig", "StatefulSet", "ReplicaSet", "ReplicationController"),
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
        "kyverno:deployment-has-multiple-replicas",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    written = fields.integer(resource.spec, "replicas")
    kept = 1 if written is None else written
    if resource.kind not in ctx.options["kinds"] or (kept == 0 and not ctx.options["also-zero"]):
        return
    if kept < ctx.options["minimum"] and not autoscaler_of(
        resource.kind, resource.name, resource.namespace, ctx.bundle
    ):
        at = resource.place.at("spec", "replicas") if written is not None else resource.place.at("metadata", "name")
        yield ctx.finding(
            f"{resource.key} keeps {kept} replica{'' if kept == 1 else 's'}, fewer than {ctx.options['minimum']}", at=at
        )
