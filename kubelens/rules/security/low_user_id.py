"""The container's user or group id is low enough to be one of the node's own.

Ids below 10000 often belong to accounts of the node: a process that breaks out then owns files there. With
``hostUsers: false`` the ids of the Pod are not those of the node.

Bad:

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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            runAsUser: 1000  # expect: 1000
            runAsGroup: 10001
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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            runAsUser: 10001
            runAsGroup: 10001
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule
from kubelens.rules.security._context import effective


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option("minimum", 10000, "the lowest id that is not reported"),
        Option("fields", ["runAsUser", "runAsGroup"], "ids that are looked at"),
    ),
    aliases=(
        "checkov:CKV_K8S_40",
        "kube-score:container-security-context-user-group-id",
        "kics:containers_run_with_low_uid",
        "trivy:KSV-0020",
        "trivy:KSV-0021",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if pc.workload.pod.value.get("hostUsers") is False:
        return
    for key in ctx.options["fields"]:
        value, at = effective(pc, key)
        if value is None:
            yield ctx.finding(f"{pc.title()} has no {key}: the image decides", at=at)
        elif isinstance(value, int) and value < ctx.options["minimum"]:
            yield ctx.finding(f"{key} of {pc.title()} is {value}, below {ctx.options['minimum']}", at=at)
