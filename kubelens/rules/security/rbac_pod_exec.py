"""A role, or a binding to it, allows running commands in Pods.

Whoever may create ``pods/exec`` or ``pods/attach`` acts as any Pod of the namespace, with its Secrets and tokens.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - pods/exec
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
  name: reader  # expect: pods/exec
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
from kubelens.rules.security._roles import BINDINGS, grants, role_of

_RESOURCES: Final = frozenset({"pods/exec", "pods/attach"})
_VERBS: Final = frozenset({"create", "get"})


@rule(
    on=("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "polaris:clusterrolePodExecAttach",
        "polaris:rolePodExecAttach",
        "polaris:clusterrolebindingPodExecAttach",
        "polaris:rolebindingClusterRolePodExecAttach",
        "polaris:rolebindingRolePodExecAttach",
        "checkov:CKV2_K8S_2",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    role = role_of(resource, ctx.bundle) if resource.kind in BINDINGS else resource
    if role is None:
        return
    for grant in grants(role, _RESOURCES, _VERBS, ("",)):
        if role is resource:
            yield ctx.finding(f"{resource.key} grants {grant.verb!r} on {grant.resource!r}", at=grant.place)
        else:
            yield ctx.finding(
                f"{resource.key} grants {grant.verb!r} on {grant.resource!r} by {role.key}",
                at=resource.place.at("roleRef", "name"),
                related=[Related(grant.place, "granted here")],
            )
        return
