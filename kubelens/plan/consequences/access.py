"""What subjects may do more or less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

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
    found = {subject: (_held(old, after_it, subject), _held(after_it, old, subject)) for subject in places}
    for subject, binding in sorted(places.items(), key=lambda pair: str(pair[0])):
        before, after = found[subject]
        groups = [found[one] for name in subject.groups if (one := Subject("Group", name)) != subject and one in found]
        gained = _beyond(after, before, [_beyond(has, had) for had, has in groups])
        lost = _beyond(before, after, [_beyond(had, has) for had, has in groups])
        yield from _told("access-gained", "gains", subject, binding, _listed(gained))
        yield from _told("access-lost", "loses", subject, binding, _listed(lost, kept=after.known))


class _Held(Struct, frozen=True):
    """What a subject may do, and what roles give it that nobody knows the rules of."""

    known: frozenset[Permission]
    unknown: tuple[str, ...]


def _held(side: Side, other: Side, subject: Subject) -> _Held:
    return _Held(_permissions(side, subject), tuple(_unknown(side, other, subject)))


def _beyond(these: _Held, those: _Held, told: Sequence[_Held] = ()) -> _Held:
    """What is not among those; ``told``: nor is said of a group that the subject is in."""
    of_groups = frozenset(one for group in told for one in group.known)
    left = frozenset(beyond(these.known, those.known))
    said = {one for group in told for one in group.unknown} | {*those.unknown}
    return _Held(frozenset(beyond(left, of_groups)), tuple(one for one in these.unknown if one not in said))


def _listed(held: _Held, kept: Iterable[Permission] = ()) -> list[str]:
    return [*grouped(sorted(held.known), kept=kept), *held.unknown]


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
