"""A Service whose selector matches no Pod, beside Pods that are meant.

The Service gets no endpoints: connections to it are refused, and whatever routes to it answers 503. Pods are meant where
one slip in one label keeps the selector from them, or where their workload has the Service's own name and stands in its
folder. Whether Pods exist that no manifest brings cannot be known; where nothing here is meant, service-without-pods asks.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: chekout  # expect: chekout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  template:
    metadata:
      labels:
        app: checkout
    spec:
      containers:
        - name: checkout
          image: shop/checkout:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_label import selects_nothing


@rule(
    on="Service",
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:dangling-service",
        "kube-score:service-targets-pod",
        "service-without-endpoints",
        "kics:service_does_not_target_pod",
        "kubescape:C-0293",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the label."""
    yield from selects_nothing(resource, ctx, "the Service has no endpoints", ())
