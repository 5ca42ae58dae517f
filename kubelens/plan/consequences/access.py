"""What subjects may do more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, Kind, kinds
from kubelens.plan.consequences.permission import Permission, beyond, grouped, permissions_of
from kubelens.plan.sides import Side, Sides
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.authorizer import RulesOf, Subject, UnknownRolesOf
from kubelens.predict.chain.access_in_force import ROLES, refused_access, with_access_in_force, without_rules

_BINDINGS: Final = ("ClusterRoleBinding", "RoleBinding")
_KINDS: Final = ("Role", "ClusterRole", *_BINDINGS)


def access(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For each subject of a binding: what it may do after the change and not before, and the other way round."""
    if not any(change.resource.kind in _KINDS for change in changes):
        return
    old, after_it = _in_force(sides.old, sides.new), _in_force(sides.after, sides.new)
    places = {**_subjects(old), **_subjects(after_it)}
    for subject, binding in sorted(places.items(), key=lambda pair: str(pair[0])):
        before, after = _permissions(old, subject), _permissions(after_it, subject)
        had, has = _unknown(old, after_it, subject), _unknown(after_it, old, subject)
        gained = [*grouped(beyond(after, before)), *(one for one in has if one not in had)]
        lost = [*grouped(beyond(before, after)), *(one for one in had if one not in has)]
        yield from _told("access-gained", "gains", subject, binding, gained)
        yield from _told("access-lost", "loses", subject, binding, lost)


def _told(kind: str, verb: str, subject: Subject, binding: Resource, allowed: Sequence[str]) -> Iterator[Consequence]:
    if allowed:
        about: Kind = kinds()[kind]
        where = f"{subject.namespace}/" if subject.namespace else ""
        name = f"{subject.kind} {where}{subject.name}"
        yield Consequence(about, name, f"{verb}: {'; '.join(allowed)}", binding.place)


def _in_force(side: Side, written: Side) -> Side:
    """A side where roles that the server refuses give nothing, those too that the change brings and that come to nothing."""
    refused = refused_access(side.bundle, side.ask)
    lost = [
        without_rules(role)
        for role in refused_access(written.bundle, written.ask)
        if role.kind in ROLES and side.bundle.get(role.kind, role.namespace, role.name) is None
    ]
    if not refused and not lost:
        return side
    left = with_access_in_force(side.bundle, refused)
    held = Bundle([*left, *lost], left.release, pod_security=left.pod_security)
    return Side(held, Oracle(held))


def _subjects(side: Side) -> dict[Subject, Resource]:
    found: dict[Subject, Resource] = {}
    for kind in _BINDINGS:
        for binding in side.bundle.all(kind):
            if binding.partial or not side.stands(binding):
                continue
            for _, written in fields.items(binding.value, "subjects"):
                account = fields.text(written, "kind") == "ServiceAccount"
                namespace = (fields.text(written, "namespace") or binding.namespace) if account else ""
                found.setdefault(
                    Subject(fields.text(written, "kind"), fields.text(written, "name"), namespace), binding
                )
    return found


def _unknown(side: Side, other: Side, subject: Subject) -> list[str]:
    """What roles allow that neither side holds: ``all that ClusterRole 'edit' allows in shop``."""
    found: dict[str, None] = {}
    for given in side.ask(UnknownRolesOf(subject)).answer:
        binding = given.binding
        ref = fields.mapping(binding.value, "roleRef")
        kind = fields.text(ref, "kind")
        if other.bundle.get(kind, binding.namespace if kind == "Role" else "", fields.text(ref, "name")) is None:
            where = f"in {binding.namespace}" if binding.kind == "RoleBinding" else "everywhere"
            found[f"all that {given.role} allows {where}"] = None
    return list(found)


def _permissions(side: Side, subject: Subject) -> frozenset[Permission]:
    return frozenset(
        one for grant in side.ask(RulesOf(subject)).answer for one in permissions_of(grant.rule, grant.namespace)
    )
