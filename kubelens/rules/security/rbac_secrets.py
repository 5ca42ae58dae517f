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
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._roles import BINDINGS, ROLES, kinds_option, report

_VERBS: Final = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        kinds_option(*BINDINGS),
        Option("verbs", list(_VERBS), "verbs that are reported"),
        Option("named", True, "whether rights on Secrets given by name are reported"),
    ),
    aliases=(
        "kube-linter:access-to-secrets",
        "checkov:CKV2_K8S_5",
        "kubescape:C-0015",
        "kubescape:C-0186",
        "kics:rbac_roles_with_read_secrets_permissions",
        "kyverno:restrict-secret-role-verbs",
        "trivy:KSV-0041",
        "trivy:KSV-0113",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each role or binding."""
    yield from report(resource, ctx, {"secrets": ctx.options["verbs"]}, ("",), named=ctx.options["named"])
