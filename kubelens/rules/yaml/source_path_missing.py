"""An Application of Argo CD, or a Kustomization or HelmRelease of Flux, names a folder of this repository that is not there.

Argo CD reports `ComparisonError: app path does not exist`, Flux `kustomization path not found`; both stay at what they applied
before. Told where the source is this repository by the address of one of its remotes, at the branch that lies here.

Bad: `path: overlays/production` where the repository has `overlays/prod`.

Good: `path: overlays/prod`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each path."""
    for problem in text.problems:
        if problem.kind == "source-astray":
            yield ctx.finding(
                problem.message,
                at=text.place,
                span=problem.span,
                notes=["Argo CD and Flux apply nothing, and keep what they applied before"],
            )
