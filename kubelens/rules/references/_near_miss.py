"""What the rules about missing objects share: references whose target is missing beside one that is meant."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.reference import Reference
from kubelens.rules.api import Context, Finding, Option, Related

UNLISTED = Option("unlisted", False, "also report names of which the manifests hold nothing similar")


def missing(resource: Resource, ctx: Context, kinds: tuple[str, ...], consequence: str) -> Iterator[Finding]:
    """One finding for each name (the first place it stands at) whose object will not be there."""
    if resource.partial:
        return
    seen: set[tuple[str, str, str]] = set()
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind not in kinds or reference.optional or reference.lenient or "$" in reference.name:
            continue
        key = (reference.kind, reference.namespace, reference.name)
        if key in seen or ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        seen.add(key)
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
        if found.presence is Presence.NEAR_MISS:
            yield _finding(ctx, reference, consequence, found.objects[0])
        elif found.presence is Presence.UNKNOWN and ctx.options["unlisted"]:
            yield _finding(ctx, reference, consequence, None)


def _finding(ctx: Context, reference: Reference, consequence: str, meant: Resource | None) -> Finding:
    there = f"; '{meant.name}' is" if meant is not None else ""
    return ctx.finding(
        f"{reference.target} is not among the manifests{there}",
        at=reference.place,
        related=[Related(meant.place.at("metadata", "name"), f"{meant.key} is here")] if meant is not None else (),
        notes=[consequence],
    )
