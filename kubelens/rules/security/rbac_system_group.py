"""A binding gives rights to everybody, or to everybody without a name.

``system:unauthenticated`` and ``system:anonymous`` are callers without credentials, ``system:authenticated`` every
account of every namespace; ``system:masters`` passes all authorization.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web
subjects:
  - kind: Group
    name: system:unauthenticated  # expect: unauthenticated
    apiGroup: rbac.authorization.k8s.io
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web
subjects:
  - kind: Group
    name: developers
    apiGroup: rbac.authorization.k8s.io
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule

_OWN: Final = frozenset({"cluster-admin", "system:basic-user", "system:discovery", "system:public-info-viewer"})
"""The bindings of such groups that every cluster has from its start."""


@rule(
    on=("RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "subjects",
            ["system:unauthenticated", "system:anonymous", "system:authenticated", "system:masters"],
            "users and groups that are reported",
        ),
    ),
    aliases=(
        "kubescape:C-0262",
        "kubescape:C-0265",
        "kyverno:restrict-binding-system-groups",
        "gatekeeper:disallowanonymous",
        "trivy:KSV-0122",
        "trivy:KSV-0123",
        "trivy:KSV-01011",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if resource.name in _OWN:
        return
    for index, subject in fields.items(resource.value, "subjects"):
        name = fields.text(subject, "name")
        if fields.text(subject, "kind") in ("Group", "User") and name in ctx.options["subjects"]:
            at = resource.place.at("subjects", index, "name")
            yield ctx.finding(f"{resource.key} binds {name!r}", at=at)
