"""A role reaches past the API: node proxies, port forwarding, certificates or admission webhooks.

``nodes/proxy`` runs commands on any Pod of a node unseen by admission; certificate approval and webhook configuration
change who is who and what is let in.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
  - apiGroups: [""]
    resources:
      - nodes/proxy
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
  name: reader  # expect: nodes/proxy
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

_RESOURCES: Final = frozenset(
    {
        "nodes/proxy",
        "pods/portforward",
        "serviceaccounts/token",
        "certificatesigningrequests/approval",
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "persistentvolumes",
    }
)
_VERBS: Final = frozenset({"create", "update", "patch", "get"})


@rule(
    on=("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_156",
        "checkov:CKV_K8S_155",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    role = role_of(resource, ctx.bundle) if resource.kind in BINDINGS else resource
    if role is None:
        return
    for grant in grants(role, _RESOURCES, _VERBS, ("", "certificates.k8s.io", "admissionregistration.k8s.io")):
        if role is resource:
            yield ctx.finding(f"{resource.key} grants {grant.verb!r} on {grant.resource!r}", at=grant.place)
        else:
            yield ctx.finding(
                f"{resource.key} grants {grant.verb!r} on {grant.resource!r} by {role.key}",
                at=resource.place.at("roleRef", "name"),
                related=[Related(grant.place, "granted here")],
            )
        return
