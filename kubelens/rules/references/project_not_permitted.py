"""An Application that its AppProject does not permit: another source, another cluster or namespace.

Argo CD says `InvalidSpecError` at such an Application and applies nothing of it. A star in an address of `sourceRepos`
stops at a slash; what begins with `!` is never permitted.

Bad:

```yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: shop
  namespace: argocd
spec:
  sourceRepos: ["https://git.example/shop/*"]
  destinations:
  - {server: https://kubernetes.default.svc, namespace: shop-*}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: cart
  namespace: argocd
spec:
  project: shop
  source:
    repoURL: https://git.example/shop/cart
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    namespace: cart  # expect: may not be applied
```

Good:

```yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: shop
  namespace: argocd
spec:
  sourceRepos: ["https://git.example/shop/*"]
  destinations:
  - {server: https://kubernetes.default.svc, namespace: shop-*}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: cart
  namespace: argocd
spec:
  project: shop
  source:
    repoURL: https://git.example/shop/cart
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    namespace: shop-cart
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.argo_project import ForbiddenIn
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on="Application", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each source, and one for the destination."""
    for one in ctx.ask(ForbiddenIn(resource)).answer:
        written = one.list in one.project.spec
        yield ctx.finding(
            f"{resource.key} may not {one.what}: {one.project.key} does not permit it",
            at=resource.place.at(*one.path),
            related=[
                Related(one.project.place.at(*(("spec", one.list) if written else ("spec",))), "what is permitted")
            ],
            notes=["the Application gets the condition InvalidSpecError, and nothing is applied"],
        )
