"""What the rules about missing objects share: references whose target is missing beside one that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.reference import Reference
from kubelens.rules.api import Context, Finding, Option, Related, Severity

UNLISTED = Option("unlisted", False, "also report names of which the manifests hold nothing similar")
_QUIETLY: Final = {
    "imagePullSecrets": "the kubelet pulls the images without these credentials",
    "subjects": "the binding grants nothing to the account that is meant",
    "serviceName": "its Pods get no names of their own in DNS",
    "secrets": "the account does without it",
}
"""What happens where an object is missing that nothing waits for, by the field that names it."""


def missing(resource: Resource, ctx: Context, kinds: tuple[str, ...], consequence: str) -> Iterator[Finding]:
    """One finding for each name (the first place it stands at) whose object will not be there."""
    if resource.partial:
        return
    seen: set[tuple[str, str, str]] = set()
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind not in kinds or reference.optional or "$" in reference.name:
            continue
        quietly = _quietly(reference) if reference.lenient else ""
        if reference.lenient and not quietly:
            continue
        key = (reference.kind, reference.namespace, reference.name)
        if key in seen or ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        seen.add(key)
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
        if found.presence is Presence.NEAR_MISS:
            yield _finding(ctx, reference, quietly or consequence, found.objects[0])
        elif found.presence is Presence.UNKNOWN and ctx.options["unlisted"] and not quietly:
            yield _finding(ctx, reference, consequence, None)


def _quietly(reference: Reference) -> str:
    return next((_QUIETLY[step] for step in reversed(reference.place.path) if step in _QUIETLY), "")


def _finding(ctx: Context, reference: Reference, consequence: str, meant: Resource | None) -> Finding:
    there = f"; '{meant.name}' is" if meant is not None else ""
    return ctx.finding(
        f"{reference.target} is not among the manifests{there}",
        at=reference.place,
        related=[Related(meant.place.at("metadata", "name"), f"{meant.key} is here")] if meant is not None else (),
        notes=[consequence],
        severity=Severity.WARNING if reference.lenient else None,
    )
