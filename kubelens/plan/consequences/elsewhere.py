"""Changes whose effect comes from outside the manifests: charts and sources that controllers fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange, without_hash
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides, title

_FLUX: Final = ".toolkit.fluxcd.io"
_SOURCES: Final = {
    "OCIRepository": ("url", "ref", "layerSelector", "ignore"),
    "HelmRepository": ("url", "type"),
    "GitRepository": ("url", "ref", "ignore", "include", "sparseCheckout", "recurseSubmodules"),
    "Bucket": ("endpoint", "bucketName", "prefix", "ignore"),
    "HelmChart": ("chart", "version", "sourceRef", "valuesFiles"),
}
"""The fields of each source of Flux that say what it brings; others say how and how often."""
_RELEASE: Final = (
    *("chart", "chartRef", "values", "valuesFrom", "postRenderers", "releaseName", "targetNamespace"),
    *("storageNamespace", "commonMetadata", "kubeConfig"),
)
"""The fields of a HelmRelease that say what is installed (helm-controller, ``DetermineReleaseState``)."""
_APPLICATION: Final = ("source", "sources", "destination")
_K3S: Final = "helm.cattle.io"
_HELM_CHART: Final = ("chartContent", "version", "repo", "set", "valuesContent", "valuesSecrets")
"""The fields of a HelmChart of k3s that say what is installed."""
_HELM_OPERATOR: Final = frozenset({"helm.fluxcd.io", "flux.weave.works", "helm.integrations.flux.weave.works"})
"""The groups of the HelmRelease of Flux 1 (its Helm operator)."""
_TUPPR: Final = "tuppr.home-operations.com"
_OPERATOR: Final = "fluxcd.controlplane.io"
_CONTROLLERS: Final[Mapping[tuple[str, str], tuple[tuple[str, ...], str]]] = {
    (_OPERATOR, "ResourceSet"): (
        ("inputs", "inputsFrom", "inputStrategy", "resources", "resourcesTemplate", "commonMetadata"),
        "what it makes is not among the manifests",
    ),
    (_OPERATOR, "FluxInstance"): (
        ("distribution", "components", "cluster", "sharding", "storage", "kustomize", "sync"),
        "what it makes is not among the manifests",
    ),
    ("operators.coreos.com", "Subscription"): (
        ("channel", "name", "source", "startingCSV", "config"),
        "what the operator that it installs brings is not among the manifests",
    ),
    ("upgrade.cattle.io", "Plan"): (
        ("version", "channel", "upgrade", "nodeSelector", "drain", "cordon"),
        "the nodes that it selects are upgraded, and what runs there restarts: which is not among the manifests",
    ),
    (_TUPPR, "KubernetesUpgrade"): (
        ("kubernetes",),
        "the control plane and the kubelets are upgraded, node by node: what that does is not among the manifests",
    ),
    (_TUPPR, "TalosUpgrade"): (
        ("talos",),
        "the nodes are upgraded one by one, and what runs there restarts: which is not among the manifests",
    ),
}
"""Objects from which controllers make what no manifest holds, by group and kind: the fields that say what, and what to say."""
_APPLIED: Final = (
    *("path", "sourceRef", "patches", "postBuild", "images", "components", "targetNamespace", "commonMetadata"),
    *("namePrefix", "nameSuffix", "prune"),
)
_ARTIFACT: Final = "ExternalArtifact"
"""A source that a controller puts together in the cluster: what a Kustomization takes from it is not followed."""
_REMOTE: Final = frozenset({"HelmRepository", "OCIRepository", "Bucket"})
_DATA: Final = frozenset({"ConfigMap", "Secret"})


def elsewhere(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed source of Flux, and each release of a chart that is not among the manifests."""
    told = set()
    for change in changes:
        resource = change.resource
        if change.action is Action.REMOVE or resource.partial:
            continue
        added = change.action is Action.ADD
        said = _SOURCES.get(resource.kind) if resource.gvk.group.endswith(_FLUX) else None
        if said is not None and (added or _touches(change, said)):
            users = _users(sides, resource)
            whose = f", nor what that does to {', '.join(users)}" if users and not added else ""
            yield consequence("not-known", resource, f"what it brings is not among the manifests{whose}")
        elif (made := _CONTROLLERS.get((resource.gvk.group, resource.kind))) and _says_more(change, made[0]):
            yield consequence("not-known", resource, made[1])
        elif _takes_an_artifact(resource) and _says_more(change, _APPLIED):
            yield consequence(
                "not-known", resource, f"what it applies comes from an {_ARTIFACT}, which is not followed"
            )
        elif _fetches(resource) and (added or _touches(change, (*_RELEASE, *_APPLICATION, *_HELM_CHART))):
            told.add(id(resource))
            what = "what it installs is not known" if added else "Pods may restart or change"
            yield consequence("not-known", resource, f"its chart is not among the manifests: {what}")
    yield from _other_values(sides, changes, told)


def _says_more(change: ObjectChange, said: Sequence[str]) -> bool:
    """Whether an object of these fields comes, or one of them differs."""
    return bool(said) and (change.action is Action.ADD or _touches(change, said))


def _takes_an_artifact(resource: Resource) -> bool:
    if resource.kind != "Kustomization" or not resource.gvk.group.endswith(_FLUX):
        return False
    return fields.text(fields.mapping(resource.spec, "sourceRef"), "kind") == _ARTIFACT


def _touches(change: ObjectChange, said: Sequence[str]) -> bool:
    return change.touches(*(f"spec.{name}" for name in said))


def _other_values(sides: Sides, changes: Sequence[ObjectChange], told: set[int]) -> Iterator[Consequence]:
    """Releases of charts from elsewhere whose values stand in an object that changes.

    A release that names no namespace gets that of its set, and is given the name with the hash there.
    """
    changed = {
        (one.resource.kind, one.resource.namespace, one.resource.name)
        for one in changes
        if one.resource.kind in _DATA and not one.resource.gvk.group
    }
    generated = {(slot[1], slot[3]) for one in changes if (slot := without_hash(one.resource)) is not None}
    for release in sides.after.bundle.all("HelmRelease") if changed else ():
        if release.partial or id(release) in told or not _fetches(release):
            continue
        for _, given in fields.items(release.spec, "valuesFrom"):
            kind, name = fields.text(given, "kind"), fields.text(given, "name")
            placed = bool(fields.text(release.metadata, "namespace"))
            if (kind, release.namespace, name) in changed or (not placed and (kind, name) in generated):
                text = f"its values in {kind} {name} change, and its chart is not among the manifests"
                yield consequence("not-known", release, f"{text}: Pods may restart or change")
                break


def _users(sides: Sides, source: Resource) -> list[str]:
    """The objects that take what a source brings, as far as they are among the manifests."""
    return [
        title(one)
        for kind in ("HelmRelease", "Kustomization")
        for one in sides.after.bundle.all(kind)
        if not one.partial and any(_names(reference, one, source) for reference in _references(one))
    ]


def _references(user: Resource) -> Iterator[Mapping[str, Any]]:
    yield fields.mapping(user.spec, "chartRef")
    yield fields.mapping(user.spec, "sourceRef")
    yield fields.mapping(fields.mapping(fields.mapping(user.spec, "chart"), "spec"), "sourceRef")


def _names(reference: Mapping[str, Any], user: Resource, source: Resource) -> bool:
    named = (fields.text(reference, "kind"), fields.text(reference, "name"))
    return (
        named == (source.kind, source.name)
        and (fields.text(reference, "namespace") or user.namespace) == source.namespace
    )


def _fetches(resource: Resource) -> bool:
    """Whether an object has a controller render a chart from elsewhere."""
    spec = resource.spec
    if resource.kind == "HelmRelease" and resource.gvk.group.endswith(_FLUX):
        if fields.mapping(spec, "chartRef"):
            return True
        source = fields.mapping(fields.mapping(fields.mapping(spec, "chart"), "spec"), "sourceRef")
        return fields.text(source, "kind") in _REMOTE
    if resource.kind == "HelmRelease" and resource.gvk.group in _HELM_OPERATOR:
        return "git" not in fields.mapping(spec, "chart")
    if resource.kind == "Application" and resource.gvk.group == "argoproj.io":
        sources = [fields.mapping(spec, "source"), *(one for _, one in fields.items(spec, "sources"))]
        return any(fields.text(one, "chart") for one in sources)
    return resource.kind == "HelmChart" and resource.gvk.group == _K3S
