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
from typing import Final

from kubelens.kube import fields
from kubelens.kube.authorization import find_resource
from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferrersOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.rbac._written import ROLES, WrittenRule, written_rules
from kubelens.rules.security._roles import made_by_cluster, role_of

_AGGREGATED = "rbac.authorization.k8s.io/aggregate-to-"
_ASKED_IN_NAMESPACES: Final = {"clusterroles": "bind", "podsecuritypolicies": "use"}
"""Verbs that are asked for in a namespace though the resource stands in none: a RoleBinding's there, a Pod's."""
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_GRANTED_FOR_ITSELF = "namespaces"
"""A Role does grant requests for its own Namespace: those count as requests inside it."""


@rule(on=ROLES, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each resource without a namespace in a Role; one for a ClusterRole bound in namespaces alone."""
    if made_by_cluster(resource):
        return
    found = [(entry, scoped) for entry in written_rules(resource) if (scoped := _cluster_scoped(entry))]
    if not found:
        return
    if resource.kind == "Role":
        granted = _granted_everywhere(resource, ctx)
        for entry, scoped in found:
            for index, name in scoped:
                if name in granted:
                    continue
                yield ctx.finding(
                    f"{resource.key} names {name!r}, which stand in no namespace",
                    at=entry.place.at("resources", index),
                    notes=["a Role grants nothing for them; write a ClusterRole and a ClusterRoleBinding"],
                )
        return
    bindings = _bindings(resource, ctx)
    if any(binding.kind == "ClusterRoleBinding" for binding in bindings) or not bindings:
        return
    if any(label.startswith(_AGGREGATED) for label in resource.labels):
        return
    entry, scoped = found[0]
    index, name = scoped[0]
    yield ctx.finding(
        f"{resource.key} names {name!r}, which stand in no namespace, and is bound in namespaces only",
        at=entry.place.at("resources", index),
        related=[Related(bindings[0].place.at("roleRef"), f"{bindings[0].key} counts in its namespace")],
        notes=["RoleBindings grant nothing for them; a ClusterRoleBinding does"],
        severity=None if len(scoped) == len(entry.resources) else Severity.INFO,
    )


def _cluster_scoped(entry: WrittenRule) -> list[tuple[int, str]]:
    if not entry.is_built_in:
        return []
    verbs = {verb for _, verb in entry.verbs}
    found: list[tuple[int, str]] = []
    for index, text in entry.resources:
        name = text.partition("/")[0]
        known = find_resource(entry.groups, name)
        if name in _ASKED_IN_NAMESPACES and not verbs.isdisjoint(("*", _ASKED_IN_NAMESPACES[name])):
            continue
        if known is not None and not known.namespaced and name != _GRANTED_FOR_ITSELF:
            found.append((index, text))
    return found


def _granted_everywhere(role: Resource, ctx: Context) -> frozenset[str]:
    """Resources that the subjects of a Role may reach by ClusterRoleBindings anyway: nobody misses them."""
    subjects = {subject for binding in _bindings(role, ctx) for subject in _subjects(binding)}
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
    """The RoleBindings and ClusterRoleBindings that hand a role out."""
    referrers = ctx.ask(ReferrersOf(role.kind, role.namespace, role.name, _BINDINGS)).answer
    return [one.source for one in referrers if "roleRef" in one.place.path]
