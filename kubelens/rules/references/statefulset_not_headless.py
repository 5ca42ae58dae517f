"""A StatefulSet of several Pods whose Service has an address: its Pods have no names.

Names of single Pods (``db-0.db``) exist only below the Service that `serviceName` names, and only where that is headless
(`clusterIP: None`). Members that look for each other by these names find nobody. So it is where the headless Service of the
Pods stands in the same file under another name than `serviceName` has.

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

from kubelens.kube import fields
from kubelens.kube.selector import equality_selector
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.references._unnamed_pods import service_without_names


@rule(on=Workload, mentions=("serviceName",), severity=Severity.WARNING)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """At most one finding; quiet for a single Pod, and where another Service is headless for the Pods.

    Names come from the Service that ``serviceName`` names alone: one of another name in the same file is told.
    """
    service = service_without_names(workload, ctx.bundle)
    if service is None:
        yield from _of_another_name(workload, ctx)
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


def _of_another_name(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """The one headless Service of the Pods has another name than the StatefulSet says, in the same text."""
    resource = workload.resource
    name = fields.text(resource.spec, "serviceName")
    if resource.kind != "StatefulSet" or not name or resource.partial or resource.transformed:
        return
    if ctx.bundle.get("Service", resource.namespace, name) is not None:
        return
    if ctx.facts.exists_elsewhere("Service", name, resource.namespace):
        return
    headless = [
        one
        for one in ctx.bundle.all("Service", resource.namespace)
        if one.spec.get("clusterIP") == "None"
        and not (selector := equality_selector(one.spec.get("selector"))).is_empty
        and selector.matches(workload.pod.labels)
    ]
    if len(headless) != 1 or headless[0].place.uri != resource.place.uri:
        return
    meant = headless[0]
    yield ctx.finding(
        f"Service '{name}' of {resource.key} is not here; the headless Service of its Pods is '{meant.name}'",
        at=resource.place.at("spec", "serviceName"),
        related=[Related(meant.place.at("metadata", "name"), "this Service selects its Pods")],
        notes=[f"names of single Pods come from serviceName alone: {resource.name}-0.{meant.name} does not resolve"],
    )
