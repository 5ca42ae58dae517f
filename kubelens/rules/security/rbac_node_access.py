"""A role reaches past the API: node proxies, port forwarding, certificates, webhooks or the addresses of Services.

``nodes/proxy`` runs commands on any Pod of a node unseen by admission; certificate approval and webhook configuration
change who is who and what is let in; ``services/status`` draws other people's traffic (CVE-2020-8554).

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
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._roles import BINDINGS, ROLES, kinds_option, made_by_cluster, report

_CHANGE: Final = frozenset({"update", "patch"})
_WRITE: Final = frozenset({"create", "update", "patch"})
_REACHES: Final = {
    "nodes/proxy": frozenset({"create", "get", "update", "patch"}),
    "pods/portforward": frozenset({"create", "get"}),
    "serviceaccounts/token": frozenset({"create"}),
    "certificatesigningrequests/approval": _CHANGE,
    "mutatingwebhookconfigurations": _WRITE,
    "validatingwebhookconfigurations": _WRITE,
    "persistentvolumes": _WRITE,
    "services/status": _CHANGE,
}
_GROUPS: Final = ("", "certificates.k8s.io", "admissionregistration.k8s.io")


@rule(
    on=(*ROLES, *BINDINGS),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        kinds_option(*ROLES, *BINDINGS),
        Option("resources", list(_REACHES), "resources that are looked at"),
    ),
    aliases=(
        "checkov:CKV_K8S_156",
        "checkov:CKV_K8S_155",
        "checkov:CKV2_K8S_2",
        "checkov:CKV2_K8S_4",
        "kubescape:C-0063",
        "kubescape:C-0278",
        "kubescape:C-0279",
        "kubescape:C-0280",
        "kubescape:C-0281",
        "kubescape:C-0282",
        "kics:rbac_roles_with_portforwarding_permissions",
        "kyverno:restrict-clusterrole-csr",
        "kyverno:restrict-clusterrole-mutating-validating-admission-webhooks",
        "kyverno:restrict-clusterrole-nodesproxy",
        "trivy:KSV-0114",
        "trivy:KSV-0047",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each role or binding."""
    if not made_by_cluster(resource):
        wanted = {name: _REACHES[name] for name in ctx.options["resources"] if name in _REACHES}
        yield from report(resource, ctx, wanted, _GROUPS)
