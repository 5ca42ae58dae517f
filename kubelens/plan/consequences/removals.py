"""What is removed although something still names it, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.taken_along import CASCADES
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides, title
from kubelens.predict.references.graph import ReferrersOf
from kubelens.predict.references.presence import MadeNames, Presence, PresenceOf

_OWNERS_OF_SECRETS: Final = frozenset(
    {("external-secrets.io", "ExternalSecret"), ("bitnami.com", "SealedSecret")},
)


def removals(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For each removed object: who still names it, and what is deleted with it."""
    for change in changes:
        if change.action is not Action.REMOVE or change.old is None or change.old.partial:
            continue
        gone = change.old
        yield from _still_named(sides, gone)
        yield from _made_secret(sides, gone)
        yield from _with_it(sides, gone)
        finalizers = [one for one in fields.texts(gone.metadata, "finalizers") if one.partition("/")[0] != CASCADES]
        if finalizers:
            yield consequence("data-kept", gone, f"stays until its finalizers are done: {', '.join(finalizers)}")


def _still_named(sides: Sides, gone: Resource) -> Iterator[Consequence]:
    presence = sides.after.ask(PresenceOf(gone.kind, gone.namespace, gone.name, gone.gvk.group)).answer.presence
    if presence in (Presence.PRESENT, Presence.MADE):
        return
    names = _users(sides, gone.kind, gone.namespace, gone.name, gone.gvk.group)
    if names:
        yield consequence("removed-still-used", gone, f"still named by {', '.join(names)}")


def _users(sides: Sides, kind: str, namespace: str, name: str, group: str) -> list[str]:
    """Who cannot do without an object after the change."""
    return list(
        dict.fromkeys(
            title(reference.source)
            for reference in sides.after.ask(ReferrersOf(kind, namespace, name)).answer
            if not (reference.optional or reference.lenient or reference.source.partial)
            and reference.group in (None, group)
        )
    )


def _made_secret(sides: Sides, gone: Resource) -> Iterator[Consequence]:
    """The Secret that goes with the object that made and owns it, where somebody still names it.

    external-secrets, ``creationPolicy``: Owner is the default; a SealedSecret always owns its Secret.
    """
    if (gone.gvk.group, gone.kind) not in _OWNERS_OF_SECRETS:
        return
    if fields.text(fields.mapping(gone.spec, "target"), "creationPolicy") not in ("", "Owner"):
        return
    for name, makers in sides.old.ask(MadeNames("Secret", gone.namespace)).answer.items():
        if any(one is gone for one in makers):
            presence = sides.after.ask(PresenceOf("Secret", gone.namespace, name, "")).answer.presence
            users = _users(sides, "Secret", gone.namespace, name, "")
            if users and presence not in (Presence.PRESENT, Presence.MADE):
                text = f"Secret {name}, which it made, is deleted with it and still named by {', '.join(users)}"
                yield consequence("removed-still-used", gone, text)


def _with_it(sides: Sides, gone: Resource) -> Iterator[Consequence]:
    if gone.kind == "Namespace" and not gone.gvk.group:
        inside = [r for r in sides.old.bundle if r.namespace == gone.name]
        what = "everything in it is deleted"
    elif gone.kind == "CustomResourceDefinition":
        kind, group = fields.text(fields.mapping(gone.spec, "names"), "kind"), fields.text(gone.spec, "group")
        inside = sides.old.bundle.all(kind, group=group)
        what = f"every {kind} of the cluster is deleted"
    else:
        return
    count = f", {len(inside)} of them among the manifests" if inside else ""
    yield consequence("deleted-with-it", gone, f"{what}{count}")
