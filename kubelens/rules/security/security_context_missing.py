"""Neither the Pod nor the container says anything in a ``securityContext``.

Everything is left to the image and to defaults: its user, all default capabilities, a writable root.

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
        - name: web  # expect: securityContext
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
      containers:
        - name: web
          image: shop/web:1.27
          securityContext:
            runAsNonRoot: true
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("of", ["either"], "where one is wanted: pod, container, or either of them"),),
    aliases=(
        "checkov:CKV_K8S_29",
        "checkov:CKV_K8S_30",
        "kics:pod_or_container_without_security_context",
        "trivy:KSV-0118",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each container."""
    here = bool(fields.mapping(pc.container.value, "securityContext"))
    shared = bool(fields.mapping(pc.workload.pod.value, "securityContext"))
    wanted = ctx.options["of"]
    for name, missing in (("container", not here), ("pod", not shared), ("either", not here and not shared)):
        if missing and name in wanted:
            yield ctx.finding(f"{pc.title()} has no securityContext", at=pc.place("name"))
            return
