"""Roles and bindings as the API server has them: what it refuses gives nobody anything."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.chain.stored import Stored

ROLES: Final = ("Role", "ClusterRole")
BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")


def refused_access(bundle: Bundle, ask: Ask) -> list[Resource]:
    """The roles and bindings among the manifests that the API server refuses."""
    written = [one for kind in (*ROLES, *BINDINGS) for one in bundle.all(kind) if not one.partial]
    return [one for one in written if ask(Stored(one)).answer.denial is not None]


def with_access_in_force(bundle: Bundle, refused: list[Resource]) -> Bundle:
    """The world without the bindings that are refused, and with no rule in such roles: nobody else knows of these."""
    gone = {id(one) for one in refused}
    left = [
        without_rules(one) if id(one) in gone else one for one in bundle if id(one) not in gone or one.kind in ROLES
    ]
    return bundle.holding(left)


def without_rules(role: Resource) -> Resource:
    """A role of that name that gives nothing."""
    return replace(role, value={**role.value, "rules": [], "aggregationRule": {}})
