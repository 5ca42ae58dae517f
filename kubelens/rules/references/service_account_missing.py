"""A ServiceAccount that is missing beside one of nearly its name.

The API server refuses Pods whose ServiceAccount does not exist: a controller that makes them reports FailedCreate
and no Pod ever appears. A binding that names one grants nothing to the account that is meant.

Bad:

```yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: builder
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: bulider  # expect: bulider
  containers:
    - name: web
      image: nginx:1.27
```

Good:

```yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: builder
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: builder
  containers:
    - name: web
      image: nginx:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED

_REFERRERS = (*WORKLOAD_KINDS, "RoleBinding", "ClusterRoleBinding", "Prometheus", "Alertmanager")


@rule(
    on=_REFERRERS,
    mentions=("erviceAccount",),
    severity=Severity.ERROR,
    options=[UNLISTED],
    aliases=(
        "kube-linter:non-existent-service-account",
        "kubescape:C-0307",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(
        resource, ctx, ("ServiceAccount",), "the API server refuses the Pods: 'serviceaccount not found'"
    )
