"""What another release of Kubernetes does with the same objects."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.lifecycle import lifecycle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import releases
from kubelens.plan.change import stored_value
from kubelens.plan.field_change import FieldChange, field_changes
from kubelens.plan.sides import Side
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.answer import Answer
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.chain.stored import Stored
from kubelens.syntax.place import Place


class Effect(StrEnum):
    """What becomes of an object, the worst first."""

    REMOVED = "removed"
    """Its API version is not served any more."""
    REFUSED = "newly refused"
    DIFFERENT = "behaves differently"
    """The server fills in something else."""
    WARNED = "newly warned of"
    DEPRECATED = "newly deprecated"
    ALLOWED = "newly allowed"


class Upgrade(Struct, frozen=True):
    """One effect on one object, in a sentence without its name, at a place of its manifest."""

    effect: Effect
    resource: Resource
    text: str
    place: Place


def upgrades(bundle: Bundle, release: str) -> tuple[Upgrade, ...]:
    """What changes for the objects of a bundle from its release to another, later or earlier one, the worst first."""
    after = Bundle(bundle, release, complete=bundle.complete, pod_security=bundle.pod_security)
    old, new = Side(bundle, Oracle(bundle)), Side(after, Oracle(after))
    found = [one for resource in bundle if not resource.partial for one in _of(resource, old, new)]
    order = list(Effect)
    return tuple(sorted(found, key=lambda one: order.index(one.effect)))


def _of(resource: Resource, old: Side, new: Side) -> Iterator[Upgrade]:
    before, after = old.bundle.release, new.bundle.release
    life = lifecycle(resource.gvk)
    if life is not None and life.is_removed(before) != life.is_removed(after):
        instead = f": write {life.successor}" if life.successor else ""
        if life.is_removed(after):
            text = f"{resource.gvk.api_version} {resource.kind} is gone in {life.removed}{instead}"
            yield Upgrade(Effect.REMOVED, resource, text, resource.place.at("apiVersion"))
        return
    if life is not None and life.is_deprecated(after) and not life.is_deprecated(before):
        until = f", gone in {life.removed}" if life.removed else ""
        instead = f": write {life.successor}" if life.successor else ""
        text = f"{resource.gvk.api_version} {resource.kind} is deprecated since {life.deprecated}{until}{instead}"
        yield Upgrade(Effect.DEPRECATED, resource, text, resource.place.at("apiVersion"))
    was, now = (side.ask(AdmissionOf(resource, None, side.bundle.release)).answer for side in (old, new))
    if was is None or now is None:
        return
    yield from _verdicts(resource, old, new, was, now)


def _verdicts(resource: Resource, old: Side, new: Side, was: Answer, now: Answer) -> Iterator[Upgrade]:
    known = {(cause.field, cause.message) for cause in was.causes}
    for cause in now.causes:
        if (cause.field, cause.message) not in known:
            yield Upgrade(Effect.REFUSED, resource, f"{cause.field}: {cause.message}", resource.place.at(*cause.path))
    if was.causes and not now.causes:
        causes = "; ".join(f"{cause.field}: {cause.message}" for cause in was.causes)
        yield Upgrade(Effect.ALLOWED, resource, f"is taken; {old.bundle.release} refuses it: {causes}", resource.place)
    told = {warning.message for warning in was.warnings}
    for warning in now.warnings:
        if warning.message not in told:
            yield Upgrade(Effect.WARNED, resource, warning.message, resource.place)
    if was.accepted and now.accepted and old.ask(Stored(resource)).answer.value is not None:
        for change in _filled_in(resource, old, new):
            text = f"{change.name} is {_said(change.after)}; {old.bundle.release} makes it {_said(change.before)}"
            yield Upgrade(Effect.DIFFERENT, resource, text, resource.place)


def _filled_in(resource: Resource, old: Side, new: Side) -> tuple[FieldChange, ...]:
    """What the two servers keep differently: a field that one does not know, another default."""
    return field_changes(
        stored_value(old, resource),
        stored_value(new, resource),
        resource.gvk,
        max(old.bundle.release, new.bundle.release, key=_number),
    )


def _said(value: object) -> str:
    return "absent" if value is None else repr(value)


def _number(release: str) -> int:
    return releases().index(release)
