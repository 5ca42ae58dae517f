"""What the rules of a role grant, and the role a binding names."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Related
from kubelens.syntax.place import Place

RBAC = "rbac.authorization.k8s.io"
BINDINGS = ("RoleBinding", "ClusterRoleBinding")
ROLES = ("Role", "ClusterRole")


_BOOTSTRAP = ("system:", "gce:")
"""Prefixes of the roles and bindings that a cluster, or its provider, makes for itself."""
_DEFAULT_ROLES = frozenset({"cluster-admin", "admin", "edit", "view"})


def made_by_cluster(resource: Resource) -> bool:
    """Whether a role or binding is one of those that every cluster, or one of Google's, has from its start."""
    if resource.name.startswith(_BOOTSTRAP):
        return True
    return resource.kind.startswith("Cluster") and resource.name in _DEFAULT_ROLES


class Grant(Struct, frozen=True):
    """A verb on a resource that one rule of a role grants; ``*`` where it is written so."""

    verb: str
    resource: str
    place: Place


def grants(
    role: Resource,
    resources: Collection[str],
    verbs: Container[str],
    groups: Container[str] = ("",),
    *,
    named: bool = True,
) -> Iterator[Grant]:
    """The grants of a role over some resources: the first verb and resource of each rule that match.

    ``*`` stands for all resources and ``*/exec`` for that subresource of all (ResourceMatches). ``named``: whether
    rules that are limited to objects by name count.
    """
    for index, item in fields.items(role.value, "rules"):
        if not any(group == "*" or group in groups for group in fields.texts(item, "apiGroups")):
            continue
        if not named and fields.texts(item, "resourceNames"):
            continue
        verb = next((v for v in fields.texts(item, "verbs") if v == "*" or v in verbs), None)
        position, name = next(
            ((i, r) for i, r in enumerate(fields.texts(item, "resources")) if _covers(r, resources)), (0, None)
        )
        if verb is not None and name is not None:
            yield Grant(verb, name, role.place.at("rules", index, "resources", position))


def _covers(written: str, resources: Collection[str]) -> bool:
    if written == "*" or written in resources:
        return True
    return written.startswith("*/") and any(resource.endswith(written[1:]) for resource in resources)


def kinds_option(*kinds: str) -> Option:
    """Which of roles and bindings a rule reports: the role that grants, the binding that hands it out, or both."""
    return Option("kinds", list(kinds), "kinds that are reported")


def report(
    resource: Resource,
    ctx: Context,
    wanted: Mapping[str, Container[str]],
    groups: Container[str],
    *,
    role_kinds: Container[str] = ROLES,
    named: bool = True,
) -> Iterator[Finding]:
    """At most one finding: a role, or the role of a binding, grants one of the verbs on one of the resources."""
    if resource.kind not in ctx.options["kinds"]:
        return
    role = role_of(resource, ctx.bundle) if resource.kind in BINDINGS else resource
    if role is None or role.kind not in role_kinds:
        return
    for name, verbs in wanted.items():
        for grant in grants(role, (name,), verbs, groups, named=named):
            said = f"{resource.key} grants {grant.verb!r} on {grant.resource!r}"
            if role is resource:
                yield ctx.finding(said, at=grant.place)
            else:
                at = resource.place.at("roleRef", "name")
                yield ctx.finding(f"{said} by {role.key}", at=at, related=[Related(grant.place, "granted here")])
            return


def role_of(binding: Resource, bundle: Bundle) -> Resource | None:
    """The role a binding names, where the manifests hold it."""
    ref = fields.mapping(binding.value, "roleRef")
    kind, name = fields.text(ref, "kind"), fields.text(ref, "name")
    if kind not in ROLES:
        return None
    return bundle.get(kind, binding.namespace if kind == "Role" else "", name)
