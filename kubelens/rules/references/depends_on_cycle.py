"""Kustomizations or HelmReleases of Flux that wait for each other: `dependsOn` leads back to where it began.

Flux applies an object when all that it depends on is ready. In a circle none ever is, and each says `dependency not
ready` for ever.

Bad:

```yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  dependsOn:
  - name: infra  # expect: waits for
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: infra, namespace: flux-system}
spec:
  interval: 10m
  path: ./infra
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  dependsOn:
  - name: apps
```

Good:

```yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
  dependsOn:
  - name: infra
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: infra, namespace: flux-system}
spec:
  interval: 10m
  path: ./infra
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.predict.references.waiting import CyclesOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_KINDS: Final = {"Kustomization": "kustomize.toolkit.fluxcd.io", "HelmRelease": "helm.toolkit.fluxcd.io"}


@rule(on=Bundle, severity=Severity.ERROR, kinds=("Kustomization", "HelmRelease"))
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each circle, at its first reference; the others are related."""
    for kind, group in _KINDS.items():
        for first, *others in ctx.ask(CyclesOf(kind, group)).answer:
            way = " waits for ".join(one.source.name for one in (first, *others))
            yield ctx.finding(
                f"{first.source.key} is never applied: {way} waits for {first.source.name}",
                at=first.place,
                related=[Related(one.place, f"{one.source.key} waits for {one.name}") for one in others],
                notes=["Flux says 'dependency not ready' for ever: leave one of the dependencies out"],
            )
