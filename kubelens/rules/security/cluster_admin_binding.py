"""A binding hands out cluster-admin, or a role that is its equal.

The subjects may do anything to anything, the cluster's own Secrets and roles included. The bindings that every
cluster has from its start are left out.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web
subjects:
  - kind: ServiceAccount
    name: web
    namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin  # expect: cluster-admin
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web
subjects:
  - kind: ServiceAccount
    name: web
    namespace: shop
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.security._roles import made_by_cluster, role_of

_VERBS = {"get", "list", "watch", "create", "update", "patch", "delete"}


@rule(
    on=("ClusterRoleBinding", "RoleBinding"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kube-linter:cluster-admin-role-binding",
        "polaris:clusterrolebindingClusterAdmin",
        "polaris:rolebindingClusterAdminClusterRole",
        "polaris:rolebindingClusterAdminRole",
        "kics:cluster_admin_role_binding_with_super_user_permissions",
        "kubescape:C-0035",
        "kubescape:C-0185",
        "kyverno:restrict-binding-clusteradmin",
        "trivy:KSV-0111",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    name = fields.text(fields.mapping(resource.value, "roleRef"), "name")
    at = resource.place.at("roleRef", "name")
    if made_by_cluster(resource):
        return
    role = role_of(resource, ctx.bundle)
    if name == "cluster-admin":
        yield ctx.finding(f"{resource.key} binds 'cluster-admin'", at=at)
    elif role is not None:
        for index, item in fields.items(role.value, "rules"):
            verbs = set(fields.texts(item, "verbs"))
            everything = all("*" in fields.texts(item, key) for key in ("apiGroups", "resources"))
            if everything and ("*" in verbs or verbs >= _VERBS):
                where = role.place.at("rules", index)
                yield ctx.finding(
                    f"{resource.key} binds {name!r}, which grants everything",
                    at=at,
                    related=[Related(where, "everything")],
                )
