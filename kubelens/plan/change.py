"""What happens to each object: added, changed, replaced or removed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.conversion import converted
from kubelens.kube.resource import Resource
from kubelens.plan.field_change import FieldChange, field_changes
from kubelens.plan.partners import Slot, slot_of
from kubelens.plan.sides import Side, Sides, gone_version
from kubelens.predict.chain.hooks import Moment, hook_moments
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.updated import is_hook
from kubelens.syntax.pattern import pattern

_AUTOSCALER: Final = "HorizontalPodAutoscaler"
_GENERATED: Final = pattern(r"(.+)-[2456789bcdfghkmt]{10}")
"""A name with the hash that kustomize gives generated ConfigMaps and Secrets."""


class Action(StrEnum):
    """What is done with an object."""

    ADD = "add"
    CHANGE = "change"
    REPLACE = "replace"
    """It is deleted and made anew, by a tool or because the server refuses the update."""
    REMOVE = "remove"


class ObjectChange(Struct, frozen=True, eq=False):
    """One object on both sides: ``old`` is None for one that is added, ``new`` for one that is removed."""

    action: Action
    old: Resource | None
    new: Resource | None
    fields: tuple[FieldChange, ...] = ()
    instead: Resource | None = None
    """Of one that is added: the one of its kind that goes and was written where it is, if more than names differs."""
    otherwise: tuple[FieldChange, ...] = ()
    """What differs from ``instead``."""

    @property
    def resource(self) -> Resource:
        """The object as it is after the change, or was where it is removed."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found

    def touches(self, *starts: str) -> bool:
        """Whether a field at or below one of some paths differs: ``spec.template``."""
        return any(
            change.name == start or change.name.startswith((f"{start}.", f"{start}["))
            for change in self.fields
            for start in starts
        )


def changes_between(sides: Sides) -> tuple[ObjectChange, ...]:
    """Every object that is not the same for the server, in the order of the new side, removed ones last.

    Parts of objects (patches, what tests expect) are no objects: nobody applies them by themselves.
    """
    taken = set(map(id, sides.partners.values()))
    left: dict[Slot, list[Resource]] = {}
    for old in sides.old.bundle:
        if not old.partial and id(old) not in taken:
            left.setdefault(slot_of(old), []).append(old)
    whole = [new for new in sides.new.bundle if not new.partial]
    generated = {
        slot: resource
        for rest in left.values()
        for resource in rest
        if (slot := without_hash(resource)) and _unmatched(resource, sides)
    }
    found: list[ObjectChange] = []
    for new in whole:
        if not (new.name or new.metadata.get("generateName")):
            continue
        partner = sides.partners.get(id(new))
        if partner is None and (slot := without_hash(new)):
            partner = generated.pop(slot, None)
            if partner is not None:
                left[slot_of(partner)].remove(partner)
        found += _change(partner, new, sides)
    found += [ObjectChange(Action.REMOVE, old, None) for rest in left.values() for old in rest if old.name]
    return tuple(found)


def without_hash(resource: Resource) -> Slot | None:
    """What two generations of a generated object share: group, kind, namespace and the name without its hash."""
    if resource.kind not in ("ConfigMap", "Secret") or (found := _GENERATED.fullmatch(resource.name)) is None:
        return None
    return (resource.gvk.group, resource.kind, resource.namespace, found[1])


def _unmatched(old: Resource, sides: Sides) -> bool:
    return sides.new.bundle.get(old.kind, old.namespace, old.name, group=old.gvk.group) is None


def _change(old: Resource | None, new: Resource, sides: Sides) -> Iterator[ObjectChange]:
    if old is None:
        yield ObjectChange(Action.ADD, None, new)
        return
    if old.value == new.value:
        return
    alike = converted(new) if _is_read_otherwise(old, new, sides) else new
    differing = field_changes(*_values(sides, old, new), alike.gvk, sides.new.bundle.release)
    if not differing and _takes_a_number_back(old, new, sides):
        differing = field_changes(dict(old.value), dict(new.value), new.gvk, sides.new.bundle.release)
    if differing:
        anew = is_hook(new) and Moment.UPGRADE in hook_moments(new)
        yield ObjectChange(Action.REPLACE if anew else Action.CHANGE, old, new, differing)


def _takes_a_number_back(old: Resource, new: Resource, sides: Sides) -> bool:
    """Whether a manifest writes the default number of Pods out that an autoscaler decides: no other default is a change."""
    if "replicas" in old.spec or "replicas" not in new.spec:
        return False
    named = (fields.mapping(hpa.spec, "scaleTargetRef") for hpa in sides.new.bundle.all(_AUTOSCALER, new.namespace))
    return any((one.get("kind"), one.get("name")) == (new.kind, new.name) for one in named)


def _values(sides: Sides, old: Resource, new: Resource) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both as the server keeps them; as they are written where it refuses one, so that no default is a difference.

    Of two versions of one kind the earlier one as the server reads it: fields with other names are the same fields. One that
    the release does not serve has its own defaults, and those of the release are not its.
    """
    if _is_read_otherwise(old, new, sides):
        before, after = converted(old), converted(new)
        if before.gvk == after.gvk:
            values = stored_value(sides.old, before), stored_value(sides.new, after)
            return values[0] | {"apiVersion": old.gvk.api_version}, values[1] | {"apiVersion": new.gvk.api_version}
    if sides.old.stands(old) and sides.new.stands(new):
        return stored_value(sides.old, old), stored_value(sides.new, new)
    return dict(old.value), dict(new.value)


def _is_read_otherwise(old: Resource, new: Resource, sides: Sides) -> bool:
    return old.gvk != new.gvk or gone_version(new, sides.new.bundle.release) is not None


def stored_value(side: Side, resource: Resource) -> dict[str, Any]:
    """An object as the server keeps it; as it is written, where the server refuses it or nothing is known of its kind."""
    stored = side.ask(Stored(resource)).answer.value if not resource.partial else None
    value = dict(stored if stored is not None else resource.value)
    if resource.namespace:
        value["metadata"] = {**fields.mapping(value, "metadata"), "namespace": resource.namespace}
    return value
