"""An object lands in the namespace ``default``.

What lives there shares its ServiceAccount, its quotas and its policies with everything else that named no namespace.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default  # expect: default
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
  namespace: shop
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
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on=(
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "Pod",
        "DeploymentConfig",
        "Service",
    ),
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "kube-linter:use-namespace",
        "checkov:CKV_K8S_21",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.namespace == "default" and resource.name != "kubernetes":
        written = resource.metadata.get("namespace")
        at = resource.place.at("metadata", "namespace") if written else resource.place.at("metadata", "name")
        yield ctx.finding(f"{resource.key} lands in the namespace 'default'", at=at)
