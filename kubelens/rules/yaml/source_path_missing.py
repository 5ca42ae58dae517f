"""Argo CD, Flux, helmfile or Skaffold is told to take a folder or a file of this repository that is not there.

Argo CD cannot generate the manifests then and reports `ComparisonError`; Flux's object is not ready (`kustomization path not
found`, `ValuesFilesError`). Both stay at what they applied before. helmfile and Skaffold end with an error; where manifests are
named that no file matches, Skaffold only warns. A source of Argo CD and Flux counts where it is this repository by the address
of one of its remotes, at the branch that lies here; files of values where the chart is of this repository. What `.gitignore`
leaves out may be made before helmfile or Skaffold run, and counts as there.

Bad: `path: overlays/production` where the repository has `overlays/prod`.

Good: `path: overlays/prod`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text

_THEN: Final = {
    "source-astray-of-Argo CD": "Argo CD cannot generate the manifests: it reports ComparisonError, applies nothing, and keeps"
    " what it applied before",
    "source-astray-of-Flux": "Flux applies nothing, and keeps what it applied before: its object is not ready",
    "source-astray-of-helmfile": "helmfile ends with an error, and deploys nothing of it",
    "source-astray-of-Skaffold": "Skaffold ends with an error, and deploys nothing of it",
    "source-unheeded-of-Skaffold": "Skaffold warns, and deploys the rest without it",
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
                severity=Severity.WARNING if problem.kind.startswith("source-unheeded") else None,
            )
