"""The label ``app.kubernetes.io/instance`` names another object than it stands on.

Dashboards and selectors group by this label: under a wrong name the workload is counted to somebody else.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/instance: shop  # expect: shop
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
  labels:
    app.kubernetes.io/instance: web
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

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=WORKLOAD_KINDS,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("required", False, "also report workloads without the label"),),
    aliases=("polaris:metadataAndInstanceMismatched",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a label that names something else."""
    value = resource.labels.get("app.kubernetes.io/instance")
    if value is None and ctx.options["required"]:
        at = resource.place.at("metadata", "name")
        yield ctx.finding(f"{resource.key} has no label 'app.kubernetes.io/instance'", at=at)
    elif value is not None and value != resource.name:
        at = resource.place.at("metadata", "labels", "app.kubernetes.io/instance")
        yield ctx.finding(f"label 'app.kubernetes.io/instance' of {resource.key} is {value!r}", at=at)
