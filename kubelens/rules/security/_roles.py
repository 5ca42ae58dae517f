"""What the rules of a role grant, and the role a binding names."""

from __future__ import annotations

from collections.abc import Container, Iterator

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
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
    role: Resource, resources: Container[str], verbs: Container[str], groups: Container[str] = ("",)
) -> Iterator[Grant]:
    """The grants of a role over some resources: the first verb and resource of each rule that match."""
    for index, item in fields.items(role.value, "rules"):
        if not any(group == "*" or group in groups for group in fields.texts(item, "apiGroups")):
            continue
        verb = next((v for v in fields.texts(item, "verbs") if v == "*" or v in verbs), None)
        position, name = next(
            ((i, r) for i, r in enumerate(fields.texts(item, "resources")) if r == "*" or r in resources), (0, None)
        )
        if verb is not None and name is not None:
            yield Grant(verb, name, role.place.at("rules", index, "resources", position))


def role_of(binding: Resource, bundle: Bundle) -> Resource | None:
    """The role a binding names, where the manifests hold it."""
    ref = fields.mapping(binding.value, "roleRef")
    kind, name = fields.text(ref, "kind"), fields.text(ref, "name")
    if kind not in ROLES:
        return None
    return bundle.get(kind, binding.namespace if kind == "Role" else "", name)
