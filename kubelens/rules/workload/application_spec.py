"""An Application that Argo CD never syncs, whatever lies in its sources.

A destination with both `server` and `name` or with neither, a source without `path` or `chart`, a chart without its version:
the API server takes them all. Argo CD says `InvalidSpecError` at the Application, and applies nothing.

Bad:

```yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example/shop
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    name: in-cluster  # expect: not both
    namespace: shop
```

Good:

```yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example/shop
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    namespace: shop
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.argo_application import SpecFaultsOf
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="Application", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each fault."""
    for fault in ctx.ask(SpecFaultsOf(resource)).answer:
        yield ctx.finding(
            f"Argo CD does not sync {resource.key}: {fault.message}",
            at=resource.place.at(*fault.path),
            notes=["the Application gets the condition InvalidSpecError, and nothing is applied"],
        )
