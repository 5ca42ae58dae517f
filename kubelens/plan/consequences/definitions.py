"""Definitions of custom resources that lose a version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides


def definitions(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each definition without a version that it had and did not store objects in, as far as the manifests say.

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


def _versions(definition: Resource) -> list[str]:
    return [fields.text(one, "name") for _, one in fields.items(definition.spec, "versions")]
