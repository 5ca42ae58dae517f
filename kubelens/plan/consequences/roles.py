"""Roles that allow more or less, and of which it is not known who has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.consequences.permission import Permission, beyond, grouped, permissions_of
from kubelens.plan.sides import Side, Sides
from kubelens.predict.controllers.role_aggregation import AggregatedBy

_GROUP: Final = "rbac.authorization.k8s.io"
_KINDS: Final = ("ClusterRole", "Role")
_BINDINGS: Final = ("ClusterRoleBinding", "RoleBinding")
_MOST_NAMED: Final = 3
_MOST_TOLD: Final = 4


def roles(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each role that allows something else, where no binding among the objects gives it to anybody.

    Roles that take over its rules count as it does. One that comes or goes is told only where others take over its rules.
    """
    for change in changes:
        role = change.resource
        if role.kind not in _KINDS or role.gvk.group != _GROUP or role.partial or not sides.after.stands(role):
            continue
        was, now = _takers(sides.old, change.old), _takers(sides.after, change.new)
        before, after = _allowed(change.old), _allowed(change.new)
        own = f"{role.kind} {role.name}"
        holders = (
            [own, *(one for one in now if one in was)] if change.old is not None and change.new is not None else []
        )
        for verb, these in (("more", beyond(after, before)), ("less", beyond(before, after))):
            left = _not_given(sides, holders, role.namespace)
            takers = [one for one in left if one != own]
            also = f", and so {_do(takers)} {_listed(takers)}, which take over its rules" if takers else ""
            yield from _told(role, these, left, f"allows {verb}: {_shown(these)}{also}")
        for word, takers, these in (
            ("its rules are taken over from now on by", [one for one in now if one not in was], sorted(after)),
            ("its rules are taken over no more by", [one for one in was if one not in now], sorted(before)),
        ):
            left = _not_given(sides, takers, role.namespace)
            yield from _told(role, these, left, f"{word} {_listed(left)}: {_shown(these)}")


def _told(role: Resource, these: Collection[Permission], left: Sequence[str], text: str) -> Iterator[Consequence]:
    if these and left:
        who = "them" if len(left) > 1 else "it"
        yield consequence("not-known", role, f"{text}: who has {who} is not known from the manifests")


def _do(names: Sequence[str]) -> str:
    return "do" if len(names) > 1 else "does"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def _shown(these: Sequence[Permission]) -> str:
    told = list(grouped(these, bound=False))
    rest = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return f"{'; '.join(told[:_MOST_TOLD])}{rest}"


def _takers(side: Side, role: Resource | None) -> list[str]:
    """The roles that take over its rules."""
    if role is None or role.kind != "ClusterRole":
        return []
    return [f"ClusterRole {name}" for name in side.ask(AggregatedBy(role)).answer]


def _not_given(sides: Sides, holders: Sequence[str], namespace: str) -> list[str]:
    return [one for one in holders if not _is_given(sides, one, namespace)]


def _is_given(sides: Sides, named: str, namespace: str) -> bool:
    """Whether a binding of the manifests gives a role to somebody: then it is told who may do what."""
    kind, _, name = named.partition(" ")
    return any(
        (fields.text(ref, "kind"), fields.text(ref, "name")) == (kind, name)
        and (kind == "ClusterRole" or binding.namespace == namespace)
        and side.bundle.get(kind, namespace if kind == "Role" else "", name) is not None
        for side in (sides.after, sides.old)
        for binding_kind in _BINDINGS
        for binding in side.bundle.all(binding_kind)
        for ref in [fields.mapping(binding.value, "roleRef")]
    )


def _allowed(role: Resource | None) -> frozenset[Permission]:
    if role is None:
        return frozenset()
    return frozenset(one for _, rule in fields.items(role.value, "rules") for one in permissions_of(rule, ""))
