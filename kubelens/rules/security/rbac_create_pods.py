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
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.security._roles import grants, role_of

_RESOURCES: Final = frozenset(
    {"pods", "deployments", "statefulsets", "replicasets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers"}
)
_VERBS: Final = frozenset({"create"})


@rule(
    on=("RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=("kube-linter:access-to-create-pods",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    role = role_of(resource, ctx.bundle)
    if role is None:
        return
    for grant in grants(role, _RESOURCES, _VERBS, ("", "apps", "batch")):
        yield ctx.finding(
            f"{resource.key} grants {grant.verb!r} on {grant.resource!r} by {role.key}",
            at=resource.place.at("roleRef", "name"),
            related=[Related(grant.place, "granted here")],
        )
        return
