"""A Role of a binding that is missing beside one of nearly its name.

The API server takes a binding whose role does not exist; it grants nothing.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: raeder  # expect: raeder
subjects:
  - kind: ServiceAccount
    name: default
    namespace: default
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: web
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
subjects:
  - kind: ServiceAccount
    name: default
    namespace: default
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED

_REFERRERS = ("RoleBinding", "ClusterRoleBinding")


@rule(
    on=_REFERRERS,
    severity=Severity.ERROR,
    options=[UNLISTED],
    aliases=(
        "polaris:clusterrolebindingPodExecAttach",
        "polaris:rolebindingClusterRolePodExecAttach",
        "polaris:rolebindingRolePodExecAttach",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(resource, ctx, ("Role", "ClusterRole"), "the binding grants nothing")
