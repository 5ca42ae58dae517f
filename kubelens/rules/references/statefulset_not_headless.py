"""A StatefulSet of several Pods whose Service has an address: its Pods have no names.

Names of single Pods (``db-0.db``) exist only below the Service that `serviceName` names, and only where that is headless
(`clusterIP: None`). Members that look for each other by these names find nobody.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  selector:
    app: db
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 3
  serviceName: db  # expect: not headless
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: shop/db:1.4
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 3
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: shop/db:1.4
```

References:

- https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.references._unnamed_pods import service_without_names


@rule(on=Workload, mentions=("serviceName",), severity=Severity.WARNING)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """At most one finding; quiet for a single Pod, and where another Service is headless for the Pods."""
    service = service_without_names(workload, ctx.bundle)
    if service is None:
        return
    yield ctx.finding(
        f"Service '{service.name}' of {workload.resource.key} is not headless: its Pods have no names of their own",
        at=workload.resource.place.at("spec", "serviceName"),
        related=[Related(service.place.at("metadata", "name"), "this Service has an address")],
        notes=[
            f"{workload.resource.name}-0.{service.name} does not resolve",
            "clusterIP: None makes it headless; that needs the Service to be made anew",
        ],
    )
