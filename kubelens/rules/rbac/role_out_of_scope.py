"""A role that counts in one namespace only names resources that stand in no namespace, and grants nothing for them.

A Role, and a ClusterRole that RoleBindings alone hand out, answer requests inside their namespace. A request for nodes,
volumes or classes names no namespace, so no such rule is looked at.

Bad:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: node-reader
  namespace: monitoring
rules:
  - apiGroups: [""]
    resources:
      - nodes  # expect: nodes
    verbs: [get, list]
```

Good:

```yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: node-reader
rules:
  - apiGroups: [""]
    resources:
      - nodes
    verbs: [get, list]
```

References:

- https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrole-example
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.authorization import find_resource
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.rbac._written import ROLES, WrittenRule, written_rules
from kubelens.rules.security._roles import made_by_cluster, role_of

_AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-"
_GRANTED_FOR_ITSELF = "namespaces"
"""A Role does grant requests for its own Namespace: those count as requests inside it."""


@rule(on=ROLES, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each resource without a namespace in a Role; one for a ClusterRole bound in namespaces alone."""
    if made_by_cluster(resource):
        return
    if resource.kind == "Role":
        granted = _granted_everywhere(resource, ctx)
        for entry in written_rules(resource):
            for index, name in _cluster_scoped(entry):
                if name in granted:
                    continue
                yield ctx.finding(
                    f"{resource.key} names {name!r}, which stand in no namespace",
                    at=entry.place.at("resources", index),
                    notes=["a Role grants nothing for them; write a ClusterRole and a ClusterRoleBinding"],
                )
        return
    bindings = _bindings(resource, ctx)
    if not bindings or any(label.startswith(_AGGREGATED) for label in resource.labels):
        return
    for entry in written_rules(resource):
        for index, name in _cluster_scoped(entry):
            whole = len(_cluster_scoped(entry)) == len(entry.resources)
            yield ctx.finding(
                f"{resource.key} names {name!r}, which stand in no namespace, and is bound in namespaces only",
                at=entry.place.at("resources", index),
                related=[Related(bindings[0].place.at("roleRef"), f"{bindings[0].key} counts in its namespace")],
                notes=["RoleBindings grant nothing for them; a ClusterRoleBinding does"],
                severity=None if whole else Severity.INFO,
            )
            return


def _cluster_scoped(entry: WrittenRule) -> list[tuple[int, str]]:
    if not entry.is_built_in:
        return []
    found: list[tuple[int, str]] = []
    for index, text in entry.resources:
        name = text.partition("/")[0]
        known = find_resource(entry.groups, name)
        if known is not None and not known.namespaced and name != _GRANTED_FOR_ITSELF:
            found.append((index, text))
    return found


def _granted_everywhere(role: Resource, ctx: Context) -> frozenset[str]:
    """Resources that the subjects of a Role may reach by ClusterRoleBindings anyway: nobody misses them."""
    subjects = {
        subject
        for binding in ctx.bundle.all("RoleBinding", role.namespace)
        if fields.at(binding.value, ("roleRef", "kind")) == "Role"
        and fields.at(binding.value, ("roleRef", "name")) == role.name
        for subject in _subjects(binding)
    }
    if not subjects:
        return frozenset()
    roles = (
        role_of(binding, ctx.bundle)
        for binding in ctx.bundle.all("ClusterRoleBinding")
        if subjects.intersection(_subjects(binding))
    )
    return frozenset(
        name for bound in roles if bound is not None for entry in written_rules(bound) for _, name in entry.resources
    )


def _subjects(binding: Resource) -> Iterator[tuple[str, str, str]]:
    for _, subject in fields.items(binding.value, "subjects"):
        yield fields.text(subject, "kind"), fields.text(subject, "namespace"), fields.text(subject, "name")


def _bindings(role: Resource, ctx: Context) -> list[Resource]:
    """The RoleBindings that hand a ClusterRole out, none where a ClusterRoleBinding does too."""

    def binds(binding: Resource) -> bool:
        ref = fields.mapping(binding.value, "roleRef")
        return fields.text(ref, "kind") == "ClusterRole" and fields.text(ref, "name") == role.name

    if any(binds(binding) for binding in ctx.bundle.all("ClusterRoleBinding")):
        return []
    return [binding for binding in ctx.bundle.all("RoleBinding") if binds(binding)]
