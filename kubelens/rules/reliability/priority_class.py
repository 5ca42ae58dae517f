"""A workload names no priority class, or one that is not allowed.

When room runs out, the scheduler evicts Pods of lower priority first; without a class the Pod has the cluster's
default, mostly 0.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web  # expect: priority
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
      priorityClassName: standard
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
        Option("allowed", [], "classes that are allowed; all where the list is empty"),
        Option("allow-unset", False, "do not report workloads that name none"),
    ),
    aliases=(
        "kube-linter:priority-class-name",
        "polaris:priorityClassNotSet",
        "kyverno:require-pod-priorityclassname",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    name = fields.text(workload.pod.value, "priorityClassName")
    allowed = ctx.options["allowed"]
    if not name and not ctx.options["allow-unset"]:
        at = workload.resource.place.at("metadata", "name")
        yield ctx.finding(f"{workload.resource.key} names no priority class", at=at)
    elif name and allowed and name not in allowed:
        at = workload.resource.place.at(*workload.pod.path, "priorityClassName")
        yield ctx.finding(
            f"priority class {name!r} of {workload.resource.key} is not one of {', '.join(allowed)}", at=at
        )
