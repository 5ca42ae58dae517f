"""A kustomization sets an image, patches or replaces something that none of its objects has.

kustomize says nothing of it and builds as if it were not there: the tag that a release was to bring is not deployed, the
patch that was to raise a limit changes nothing. Mostly a name was changed at one end only. Patches without a target of
their own and replicas are refused by kustomize itself where nothing has their name.

Bad: `images: [{name: shop/cart, newTag: "1.5"}]` where every container's image is `registry.example/shop/cart`.

Good: `images: [{name: registry.example/shop/cart, newTag: "1.5"}]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.WARNING, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each entry that touches nothing."""
    for problem in text.problems:
        if problem.kind == "kustomization-idle":
            yield ctx.finding(
                f"{problem.message}: kustomize leaves everything as it is", at=text.place, span=problem.span
            )
