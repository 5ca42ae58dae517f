"""An object is put into a namespace of the cluster itself.

What runs in ``kube-system`` stands beside the control plane, is left out of many policies, and may go with an upgrade
of the cluster.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: kube-system  # expect: kube-system
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

from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("namespaces", ["kube-system", "kube-public", "kube-node-lease"], "namespaces that are reported"),),
    aliases=(
        "kics:using_unrecommended_namespace",
        "trivy:KSV-0037",
    ),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    if workload.namespace in ctx.options["namespaces"]:
        at = workload.resource.place.at("metadata", "namespace")
        yield ctx.finding(f"{workload.resource.key} is put into a namespace of the cluster itself", at=at)
