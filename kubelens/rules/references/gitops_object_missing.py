"""A project, source, dependency or ConfigMap that an object of Argo CD or Flux names and that nothing makes.

Argo CD refuses to sync an Application whose AppProject is missing. Flux applies nothing of a Kustomization and installs
nothing of a HelmRelease whose source, dependency or ConfigMap is missing, and asks again for ever.

The whole repository is looked through, with what its kustomizations, charts and Applications come to, and its scripts and
templates. What tools make by themselves counts as there: the AppProject `default`, what `flux bootstrap` and the Flux operator
make (`flux-system`), what a ResourceSet or a chart may make under that name. So does a Secret: it is seldom in a file. Where at
least five names of one kind, and half of those that are named, lack, the cluster or another tool makes them: the summary counts
these, and none is told. Each missing object is told once, at the first object that names it. It is a warning where the repository makes others of the kind in the
namespace, and only worth knowing where it makes none: they may come from another repository then, which `assume-exists` in the
configuration says.

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

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.reference import Reference
from kubelens.rules.absence import Absent
from kubelens.rules.api import GIVEN_ELSEWHERE, ONCE, Context, Finding, Related, Severity, rule

_RESOURCES: Final = {
    "GitRepository": "gitrepositories.source.toolkit.fluxcd.io",
    "OCIRepository": "ocirepositories.source.toolkit.fluxcd.io",
    "HelmRepository": "helmrepositories.source.toolkit.fluxcd.io",
    "HelmChart": "helmcharts.source.toolkit.fluxcd.io",
    "Bucket": "buckets.source.toolkit.fluxcd.io",
    "Kustomization": "kustomizations.kustomize.toolkit.fluxcd.io",
    "HelmRelease": "helmreleases.helm.toolkit.fluxcd.io",
    "ConfigMap": "configmaps",
}
"""What the API server calls the kinds that Flux's objects name, in its answer that there is none."""
_KINDS: Final = frozenset({*_RESOURCES, "AppProject"})


@rule(
    on=("Application", "ApplicationSet", "Kustomization", "HelmRelease"),
    severity=Severity.WARNING,
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name that nothing makes; where nobody looked, of which the manifests hold not even one slip away."""
    if resource.partial:
        return
    if ctx.facts.absent is None:
        yield from _beside_others(resource, ctx)
    elif ctx.facts.absent:
        yield from _absent(resource, ctx, ctx.facts.absent)


def _absent(resource: Resource, ctx: Context, absent: tuple[Absent, ...]) -> Iterator[Finding]:
    own = resource.kind, resource.namespace, resource.name
    told = {(one.kind, one.namespace, one.name): one for one in absent if _is(one.by, own)}
    for reference in ctx.ask(ReferencesOf(resource)).answer if told else ():
        slot = reference.kind, reference.namespace, reference.name
        one = told.pop(slot, None) or told.pop((slot[0], "", slot[2]), None)
        if one is None:
            continue
        also = {0: "", 1: ", and 1 other names it"}.get(one.others, f", and {one.others} others name it")
        other = _another(reference, ctx)
        yield ctx.finding(
            f"no file here makes {reference.target}, which {resource.kind} '{resource.name}' needs{also}",
            at=reference.place,
            related=[Related(other.place.at("metadata", "name"), f"{other.key} is here")] if other is not None else (),
            notes=[
                _consequence(reference),
                f'write it, or name one that is there; one from elsewhere: assume-exists = ["{one.kind}/{one.name}"]',
            ],
            severity=None if one.beside else Severity.INFO,
            tags=(ONCE, GIVEN_ELSEWHERE) if one.elsewhere else (ONCE,),
        )


def _is(by: tuple[str, str, str], own: tuple[str, str, str]) -> bool:
    """Whether an object is the one that names something first; in files it may stand without a namespace."""
    return by == own or (by[1] == "" and (by[0], by[2]) == (own[0], own[2]))


def _consequence(reference: Reference) -> str:
    """What the controller says of the object that names it, until it is there.

    argo-cd's ``projectErrorToCondition``, kustomize-controller's ``getSource``, ``checkDependencies`` and
    ``SubstituteVariables``, helm-controller's, and fluxcd/pkg/chartutil's ``ChartValuesFromReferences``.
    """
    source, kind, name = reference.source, reference.kind, reference.name
    if kind == "AppProject":
        return f"Argo CD does not sync: InvalidSpecError: Application referencing project {name} which does not exist"
    gone = f'{_RESOURCES[kind]} "{name}" not found'
    if kind == source.kind:
        said = f"dependency '{reference.namespace}/{name}' not found: {gone}"
        if kind == "HelmRelease":
            said = f"unable to get '{reference.namespace}/{name}' dependency: {gone}"
        return _not_ready(source, "DependencyNotReady", said)
    if kind == "ConfigMap" and source.kind == "HelmRelease":
        said = f"could not resolve ConfigMap chart values reference '{reference.namespace}/{name}'"
        return _not_ready(source, "ValuesError", f"{said} with key '{reference.key or 'values.yaml'}': {gone}")
    if kind == "ConfigMap":
        return _not_ready(source, "BuildFailed", f"substitute from 'ConfigMap/{name}' error: {gone}")
    if source.kind == "HelmRelease" and not fields.mapping(source.spec, "chartRef"):
        return (
            "Flux installs nothing: the HelmChart that it makes finds no source, the HelmRelease stays SourceNotReady"
        )
    said = f"could not get Source object: {gone}" if source.kind == "HelmRelease" else gone
    return _not_ready(source, "ArtifactFailed", said)


def _not_ready(source: Resource, reason: str, message: str) -> str:
    does = "installs" if source.kind == "HelmRelease" else "applies"
    return f"Flux {does} nothing of it: Ready is False, {reason}: {message}"


def _beside_others(resource: Resource, ctx: Context) -> Iterator[Finding]:
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind not in _KINDS or reference.kind == "ConfigMap":
            continue
        if has_variable(reference.name) or "{{" in reference.name:
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
                notes=[_consequence(reference)],
            )


def _another(reference: Reference, ctx: Context) -> Resource | None:
    """An object of the kind in the namespace that is asked about, other than the one that asks."""
    others = ctx.bundle.all(reference.kind, reference.namespace, group=reference.group)
    return next((one for one in others if not one.partial and one is not reference.source and one.name), None)
