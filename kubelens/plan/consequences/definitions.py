"""Definitions of custom resources that lose a version, or take less than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.schema_change import schema_changes
from kubelens.plan.sides import Sides

_MOST_TOLD: Final = 3
_LOST: Final = "what objects hold in fields that are gone is dropped with their next write"
_REFUSED: Final = "objects stay as they are stored; where somebody writes or changes such a value, it is refused"


def definitions(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each version that goes and did not store objects, as far as the manifests say, and each that takes less.

    A version that once was the stored one stays in ``status.storedVersions`` until somebody has rewritten the objects, and
    the server refuses a definition without it (``ValidateCustomResourceDefinitionStoredVersions``).
    """
    for change in changes:
        old, new = change.old, change.new
        if change.action is not Action.CHANGE or old is None or new is None or new.partial or old.partial:
            continue
        if new.kind == "CustomResourceDefinition":
            left = set(_versions(new))
            gone = [name for name in _versions(old) if name not in left]
            if gone:
                text = f"loses {', '.join(gone)}: the API server refuses it while status.storedVersions names {'it' if len(gone) == 1 else 'them'}"
                yield consequence("not-known", new, text)
            yield from _narrower(old, new)


def _narrower(old: Resource, new: Resource) -> Iterator[Consequence]:
    """For each version whose schema takes less. What is stored is not touched.

    The server drops fields that a schema does not name whenever it writes an object (structural ``Prune``), and refuses
    values that break a rule where they are new or changed (``CRDValidationRatcheting``).
    """
    for change in schema_changes(old, new):
        if change.takes_less:
            told = [*(f"{name} is gone" for name in change.lost), *change.narrowed]
            more = f", and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
            text = f"{change.version} takes less than before: {'; '.join(told[:_MOST_TOLD])}{more}"
            notes = [note for note, holds in ((_LOST, change.lost), (_REFUSED, change.narrowed)) if holds]
            yield consequence("definition-narrows", new, text, notes)


def _versions(definition: Resource) -> list[str]:
    return [fields.text(one, "name") for _, one in fields.items(definition.spec, "versions")]
