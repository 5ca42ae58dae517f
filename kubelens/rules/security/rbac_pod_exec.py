"""A role, or a binding to it, allows running commands in Pods.

Whoever may create ``pods/exec`` or ``pods/attach`` acts as any Pod of the namespace, with its Secrets and tokens. The
roles and bindings that every cluster has from its start are left out.

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
from kubelens.rules.api import Context, Finding, Option, Profile, Related, Severity, rule
from kubelens.rules.security._roles import BINDINGS, ROLES, grants, made_by_cluster, role_of

_RESOURCES: Final = frozenset({"pods/exec", "pods/attach"})
_VERBS: Final = frozenset({"create", "get"})


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option("kinds", [*ROLES, *BINDINGS], "kinds that are reported"),
        Option("role-kinds", list(ROLES), "kinds of role of which bindings are reported"),
    ),
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
    if resource.kind not in ctx.options["kinds"] or made_by_cluster(resource):
        return
    role = role_of(resource, ctx.bundle) if resource.kind in BINDINGS else resource
    if role is None or role.kind not in ctx.options["role-kinds"]:
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
