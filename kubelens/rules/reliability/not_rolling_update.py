"""A workload is not updated step by step.

With Recreate all Pods end before new ones start, with OnDelete nothing is updated until somebody deletes Pods.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  strategy:
    type: Recreate  # expect: Recreate
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
  strategy:
    type: RollingUpdate
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
from kubelens.kube.workload import read_workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.rules.reliability._over_pods import services_over


@rule(
    on=("Deployment", "DaemonSet", "StatefulSet", "DeploymentConfig"),
    severity=Severity.INFO,
    profiles=(),
    options=(Option("only-behind-service", False, "only report workloads that a Service selects"),),
    aliases=(
        "kube-linter:no-rolling-update-strategy",
        "kube-score:deployment-strategy",
        "kubescape:C-0305",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    root = "strategy" if resource.kind in ("Deployment", "DeploymentConfig") else "updateStrategy"
    written = fields.text(fields.mapping(resource.spec, root), "type")
    if not written or written in ("RollingUpdate", "Rolling"):
        return
    workload = read_workload(resource)
    if ctx.options["only-behind-service"] and (workload is None or not services_over(workload, ctx.bundle)):
        return
    yield ctx.finding(
        f"{resource.key} is updated by {written}, not step by step", at=resource.place.at("spec", root, "type")
    )
