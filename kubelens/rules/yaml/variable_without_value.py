"""A variable that Flux fills in has no value: nothing stands in its place.

`postBuild` of a Kustomization replaces `${NAME}` in all that it applies by what `substitute` and `substituteFrom` give. A
name that none of them has, without a default (`${NAME:=web}`), becomes an empty text without a word; Flux from 2.9 on applies
nothing then (`StrictPostBuildSubstitutions`). `${1}` of a regular expression is such a name, too. Told where all ConfigMaps
and Secrets that give values are in the repository. What is meant for a shell or a regular expression is written `$${NAME}`, or
the object has the annotation `kustomize.toolkit.fluxcd.io/substitute: disabled`. What several Kustomizations use and none is given,
and five names that none is given where these are half of all, comes from the cluster or a webhook: the summary counts it.

Bad: `host: shop.${DOMAIN}` where `substitute` has `DOMAINS`.

Good: `host: shop.${DOMAIN}` where `substitute` has `DOMAIN`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import GIVEN_ELSEWHERE, Context, Finding, Severity, rule
from kubelens.rules.subjects import Text

_UNSET: Final = ("variable-unset", "variable-unset-elsewhere")


@rule(on=Text, severity=Severity.WARNING, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for problem in text.problems:
        if problem.kind in _UNSET:
            yield ctx.finding(
                f"variable {problem.message!r} has no value: Flux puts nothing in its place",
                at=text.place,
                span=problem.span,
                notes=[
                    "postBuild of the Kustomization that applies it gives none, and it has no default; Flux from 2.9 on refuses the build"
                ],
                tags=(GIVEN_ELSEWHERE,) if problem.kind != _UNSET[0] else (),
            )
