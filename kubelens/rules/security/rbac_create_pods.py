"""A binding allows creating Pods, and so running under any ServiceAccount of the namespace.

A Pod names its own account, its Secrets and its volumes: who may create one reads what they hold.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - pods
    verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
subjects:
  - kind: ServiceAccount
    name: web
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader  # expect: pods
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - configmaps
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
subjects:
  - kind: ServiceAccount
    name: web
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._roles import BINDINGS, ROLES, kinds_option, report

_RESOURCES: Final = (
    "pods",
    "deployments",
    "statefulsets",
    "replicasets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "replicationcontrollers",
)
_WANTED: Final = dict.fromkeys(_RESOURCES, frozenset({"create"}))


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(kinds_option(*BINDINGS),),
    aliases=(
        "kube-linter:access-to-create-pods",
        "kubescape:C-0188",
        "kics:permissive_access_to_create_pods",
        "trivy:KSV-0048",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each role or binding."""
    yield from report(resource, ctx, _WANTED, ("", "apps", "batch"))
