"""A binding allows reading or changing Secrets.

Among the Secrets of a namespace are credentials of everybody who works in it; ``list`` and ``watch`` show their
content as well.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - secrets
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
  name: reader  # expect: secrets
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

_RESOURCES: Final = frozenset({"secrets"})
_VERBS: Final = frozenset({"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"})


@rule(
    on=("RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kube-linter:access-to-secrets",
        "checkov:CKV2_K8S_5",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    role = role_of(resource, ctx.bundle)
    if role is None:
        return
    for grant in grants(role, _RESOURCES, _VERBS, ("",)):
        yield ctx.finding(
            f"{resource.key} grants {grant.verb!r} on {grant.resource!r} by {role.key}",
            at=resource.place.at("roleRef", "name"),
            related=[Related(grant.place, "granted here")],
        )
        return
