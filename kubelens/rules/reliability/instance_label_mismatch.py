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

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on=Workload, severity=Severity.INFO, profiles=(), aliases=("polaris:metadataAndInstanceMismatched",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value = workload.resource.labels.get("app.kubernetes.io/instance")
    if value is not None and value != workload.name:
        at = workload.resource.place.at("metadata", "labels", "app.kubernetes.io/instance")
        yield ctx.finding(f"label 'app.kubernetes.io/instance' of {workload.resource.key} is {value!r}", at=at)
