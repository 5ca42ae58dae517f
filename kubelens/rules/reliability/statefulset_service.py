"""A StatefulSet's Service is missing, not headless, or selects other Pods.

The Pods of a StatefulSet get names such as ``db-0.db`` from the headless Service that ``serviceName`` names. Without
it these names are not resolved.

Bad:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: database  # expect: database
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
          image: shop/db:16
---
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
```

Good:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
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
          image: shop/db:16
---
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
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.selector import equality_selector
from kubelens.kube.workload import Workload, labels_in, labels_open
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.references._unnamed_pods import service_without_names


@rule(
    on=Workload,
    mentions=("StatefulSet",),
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-score:statefulset-has-servicename",
        "headless-statefulset-service-missing",
        "kics:statefulset_without_service_name",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    name = fields.text(workload.resource.spec, "serviceName")
    if workload.kind != "StatefulSet":
        return
    at = workload.resource.place.at("spec", "serviceName") if name else workload.resource.place.at("metadata", "name")
    if not name:
        yield ctx.finding(f"{workload.resource.key} names no Service", at=at)
        return
    service = ctx.bundle.get("Service", workload.namespace, name)
    if service is None:
        if not ctx.facts.exists_elsewhere("Service", name, workload.namespace):
            yield ctx.finding(f"Service {name!r} of {workload.resource.key} is not in the manifests", at=at)
        return
    if service_without_names(workload, ctx.bundle) is not None:
        return  # statefulset-not-headless tells it
    if service.spec.get("clusterIP") != "None":
        related = [Related(service.place.at("metadata", "name"), "not headless")]
        yield ctx.finding(f"Service {name!r} of {workload.resource.key} is not headless", at=at, related=related)
    elif not labels_open(ctx.bundle, workload.resource) and not equality_selector(service.spec.get("selector")).matches(
        labels_in(ctx.bundle, workload.resource)
    ):
        related = [Related(service.place.at("spec", "selector"), "this selector")]
        yield ctx.finding(
            f"Service {name!r} does not select the Pods of {workload.resource.key}", at=at, related=related
        )
