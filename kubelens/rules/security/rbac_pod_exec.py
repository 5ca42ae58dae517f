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
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._roles import BINDINGS, ROLES, kinds_option, made_by_cluster, report

_VERBS: Final = frozenset({"create", "get"})


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        kinds_option(*ROLES, *BINDINGS),
        Option("role-kinds", list(ROLES), "kinds of role of which bindings are reported"),
        Option("resources", ["pods/exec", "pods/attach"], "ways into a Pod that are reported"),
    ),
    aliases=(
        "polaris:clusterrolePodExecAttach",
        "polaris:rolePodExecAttach",
        "polaris:clusterrolebindingPodExecAttach",
        "polaris:rolebindingClusterRolePodExecAttach",
        "polaris:rolebindingRolePodExecAttach",
        "checkov:CKV2_K8S_2",
        "kubescape:C-0002",
        "kics:rbac_roles_with_exec_permission",
        "kics:rbac_roles_with_attach_permission",
        "trivy:KSV-0053",
        "trivy:KSV-0054",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each role or binding."""
    if not made_by_cluster(resource):
        wanted = dict.fromkeys(ctx.options["resources"], _VERBS)
        yield from report(resource, ctx, wanted, ("",), role_kinds=ctx.options["role-kinds"])
