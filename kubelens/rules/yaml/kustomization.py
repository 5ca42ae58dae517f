"""A kustomization that kustomize refuses to build: nothing of it is applied.

An unknown field, a file that is not there, a patch without its object: ``kustomize build`` and ``kubectl apply -k`` end
with an error, and Argo CD and Flux stay at what they applied before. kubelens builds kustomizations itself, and says
what is wrong where it is written. Files from beside the folder are a warning: kustomize takes them where it is told to.

Bad:

```yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resource:
- web.yaml
```

Good:

```yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- web.yaml
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for what keeps a kustomization from being built."""
    for problem in text.problems:
        if problem.kind == "kustomization":
            yield ctx.finding(problem.message, at=text.place, span=problem.span)
        elif problem.kind == "kustomization-restricted":
            yield ctx.finding(
                problem.message,
                at=text.place,
                span=problem.span,
                severity=Severity.WARNING,
                notes=["kubectl apply -k has no such option; Argo CD has it where kustomize.buildOptions say so"],
            )
