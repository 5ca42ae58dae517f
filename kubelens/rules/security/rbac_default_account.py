"""A binding gives rights to the ServiceAccount ``default``.

Every Pod of the namespace that names no account runs under it, and so gets these rights unasked.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: readers
subjects:
  - kind: ServiceAccount
    name: default  # expect: default
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: readers
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

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=("RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_42",
        "kics:role_binding_to_default_service_account",
        "kubescape:C-0225",
        "kubescape:C-0239",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    for index, subject in fields.items(resource.value, "subjects"):
        if fields.text(subject, "kind") == "ServiceAccount" and fields.text(subject, "name") == "default":
            at = resource.place.at("subjects", index, "name")
            yield ctx.finding(f"{resource.key} binds the ServiceAccount 'default'", at=at)
