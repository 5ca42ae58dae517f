"""A project, source or dependency of Argo CD or Flux that is not there, beside others of its kind that are.

Argo CD refuses to sync an Application whose AppProject is missing. Flux applies nothing of a Kustomization and installs
nothing of a HelmRelease whose source is missing, and waits for ever for a dependency that nobody makes. Such objects are
kept together: where the manifests hold some of a kind in the namespace and not this one, it is nowhere.

Bad:

```yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: fleet
  namespace: flux-system
spec:
  interval: 10m
  url: https://git.example/fleet
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: platform  # expect: platform
```

Good:

```yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: fleet
  namespace: flux-system
spec:
  interval: 10m
  url: https://git.example/fleet
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: fleet
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.reference import Reference
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_CONSEQUENCES: Final = {
    "AppProject": "Argo CD refuses to sync the Application: InvalidSpecError",
    "GitRepository": "Flux has nothing to apply",
    "OCIRepository": "Flux has nothing to apply",
    "HelmRepository": "Flux has nothing to install from",
    "Bucket": "Flux has nothing to apply",
    "Kustomization": "Flux waits for it and applies nothing: dependency not ready",
    "HelmRelease": "Flux waits for it and installs nothing: dependency not ready",
}


@rule(
    on=("Application", "ApplicationSet", "Kustomization", "HelmRelease"),
    severity=Severity.WARNING,
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name of which the manifests hold nothing, not even one slip away."""
    if resource.partial:
        return
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind not in _CONSEQUENCES or has_variable(reference.name) or "{{" in reference.name:
            continue
        if reference.name == reference.namespace:
            continue  # what bootstrapping makes has the name of the namespace it lives in: flux-system
        if ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
        if found.presence is not Presence.UNKNOWN or ctx.bundle.named(reference.kind, reference.name):
            continue
        other = _another(reference, ctx)
        if other is not None:
            yield ctx.finding(
                f"{reference.target} is not among the manifests",
                at=reference.place,
                related=[Related(other.place.at("metadata", "name"), f"{other.key} is")],
                notes=[_CONSEQUENCES[reference.kind]],
            )


def _another(reference: Reference, ctx: Context) -> Resource | None:
    """An object of the kind in the namespace that is asked about, other than the one that asks."""
    others = ctx.bundle.all(reference.kind, reference.namespace, group=reference.group)
    return next((one for one in others if not one.partial and one is not reference.source and one.name), None)
