"""A workload says nothing about the nodes it may run on.

Where nodes differ (architecture, disks, zones), a Pod without node affinity or node selector lands on any of them.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: affinity
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
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - key: kubernetes.io/arch
                    operator: In
                    values: [amd64]
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.reliability._kinds import LONG_RUNNING


@rule(on=Workload, severity=Severity.INFO, profiles=(), aliases=("kube-linter:no-node-affinity",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if workload.kind not in LONG_RUNNING or workload.pod.value.get("nodeSelector"):
        return
    if not fields.mapping(fields.mapping(workload.pod.value, "affinity"), "nodeAffinity"):
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(f"{workload.resource.key} has no node affinity", at=at)
