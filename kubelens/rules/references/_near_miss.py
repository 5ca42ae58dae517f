"""What the rules about missing objects share: references whose target is missing beside one that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.namesake import NamesakeOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.reference import Reference
from kubelens.rules.api import Context, Finding, Related, Severity
from kubelens.rules.layout import is_an_alternative, share_a_cluster

_QUIETLY: Final = {
    "imagePullSecrets": "the kubelet pulls the images without these credentials",
    "subjects": "the binding grants nothing to the account that is meant",
    "serviceName": "its Pods get no names of their own in DNS",
    "secrets": "the account does without it",
}
"""What happens where an object is missing that nothing waits for, by the field that names it."""
_OTHERWISE: Final = {
    "tls": "the controller serves a certificate of its own, which no browser trusts",
    "valuesFrom": "Flux does not install the release until it exists",
    "substituteFrom": "Flux applies nothing until it exists",
    "certificateRefs": "the listener has no certificate and serves nothing",
}
"""What happens where it is not what the rule says of other fields."""


def missing(resource: Resource, ctx: Context, kinds: tuple[str, ...], consequence: str) -> Iterator[Finding]:
    """One finding for each name (the first place it stands at) whose object will not be there."""
    if resource.partial:
        return
    seen: set[tuple[str, str, str]] = set()
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind not in kinds or reference.optional or "$" in reference.name:
            continue
        quietly = _by_field(reference, _QUIETLY) if reference.lenient else _by_field(reference, _OTHERWISE)
        if reference.lenient and not quietly:
            continue
        key = (reference.kind, reference.namespace, reference.name)
        if key in seen or ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        seen.add(key)
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
        if found.presence is Presence.NEAR_MISS:
            yield _finding(ctx, reference, quietly or consequence, found.objects[0])
        elif found.presence is Presence.UNKNOWN:
            namesake = ctx.ask(NamesakeOf(reference)).answer
            if namesake is not None and _are_meant_for_each_other(reference.source, namesake, ctx):
                yield _unreachable(ctx, reference, quietly or consequence, namesake)
            elif ctx.options["unlisted"] and not reference.lenient:
                yield _finding(ctx, reference, quietly or consequence, None)


def _are_meant_for_each_other(one: Resource, other: Resource, ctx: Context) -> bool:
    """Whether two objects belong to one application, as far as their folders tell."""
    if one.place.uri == other.place.uri:
        return True
    apart = is_an_alternative(one, ctx.bundle) or is_an_alternative(other, ctx.bundle)
    return share_a_cluster(one, other, ctx.bundle) and not apart


def _by_field(reference: Reference, said: dict[str, str]) -> str:
    return next((said[step] for step in reversed(reference.place.path) if isinstance(step, str) and step in said), "")


def _finding(ctx: Context, reference: Reference, consequence: str, meant: Resource | None) -> Finding:
    there = f"; '{meant.name}' is" if meant is not None else ""
    return ctx.finding(
        f"{reference.target} is not among the manifests{there}",
        at=reference.place,
        related=[Related(meant.place.at("metadata", "name"), f"{meant.key} is here")] if meant is not None else (),
        notes=[consequence],
        severity=Severity.WARNING if reference.lenient else None,
    )


def _unreachable(ctx: Context, reference: Reference, consequence: str, namesake: Resource) -> Finding:
    """A finding about an object of the right name that the reference cannot reach."""
    if namesake.kind != reference.kind:
        said = f"there is no {reference.target}; {namesake.key} has the name"
        part, label = "kind", f"{namesake.key} is here"
    else:
        said = f"{reference.kind} '{reference.name}' is in namespace '{namesake.namespace}', not in '{reference.namespace}'"
        part, label = "metadata", f"{namesake.key} is here"
    at = namesake.place.at(part) if part == "kind" else namesake.place.at(part, "namespace")
    return ctx.finding(
        said,
        at=reference.place,
        related=[Related(at, label)],
        notes=[
            f"{reference.source.kind} '{reference.source.name}' looks in namespace '{reference.namespace}' only",
            consequence,
        ]
        if namesake.kind == reference.kind
        else [consequence],
        severity=Severity.WARNING,
    )
