"""Argo CD, Flux, helmfile or Skaffold is told to take a folder or a file of this repository that is not there.

Argo CD reports `ComparisonError: app path does not exist`, Flux `kustomization path not found`; both stay at what they applied
before. helmfile and Skaffold end with an error. A source of Argo CD and Flux counts where it is this repository by the address
of one of its remotes, at the branch that lies here; files of values where the chart is of this repository.

Bad: `path: overlays/production` where the repository has `overlays/prod`.

Good: `path: overlays/prod`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text

_THEN: Final = {
    "source-astray": "Argo CD and Flux apply nothing, and keep what they applied before",
    "source-astray-of-tool": "helmfile and Skaffold end with an error, and deploy nothing of it",
}


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each path."""
    for problem in text.problems:
        then = _THEN.get(problem.kind)
        if then is not None:
            yield ctx.finding(
                problem.message,
                at=text.place,
                span=problem.span,
                notes=[then],
            )
