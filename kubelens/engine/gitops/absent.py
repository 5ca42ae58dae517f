"""Objects that Argo CD's and Flux's objects name and that no file of the repository makes.

A repository of GitOps holds what its tools apply, but not all: ``flux bootstrap`` and the Flux operator make the source and the
Kustomization that everything starts from, charts and ResourceSets make objects when they are rendered, Terraform and scripts
before. So what is missing is looked for in every text that may make it, see :mod:`kubelens.engine.gitops.makers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.engine.gitops.flux_source import HELM_GROUP, KUSTOMIZE_GROUP, SOURCE_GROUP
from kubelens.engine.gitops.makers import Makers
from kubelens.engine.gitops.objects import ARGO, GitOpsObject, KnownObjects
from kubelens.engine.given_elsewhere import are_given_elsewhere
from kubelens.engine.put_away import is_put_away
from kubelens.engine.sets.tree import Tree
from kubelens.kube import fields
from kubelens.kube.placeholder import stands_for_a_value
from kubelens.rules.absence import Absent

_SOURCES: Final = frozenset({"GitRepository", "OCIRepository", "HelmRepository", "Bucket", "HelmChart"})
_BUILT_IN_PROJECT: Final = "default"
_Slot = tuple[str, str, str, str]


def absent_objects(objects: KnownObjects, tree: Tree, away: frozenset[str] = frozenset()) -> tuple[Absent, ...]:
    """What objects name and nothing makes, each once, in an order of its own; ``away``: files of what nobody applies."""
    named: dict[_Slot, dict[tuple[str, _Slot], GitOpsObject]] = {}
    asked: set[_Slot] = set()
    for one in _that_name(objects):
        if one.file in away:
            continue
        for slot in _names(one):
            asked.add(slot)
            if not _is_there(slot, one, objects):
                named.setdefault(slot, {}).setdefault((one.file, one.slot), one)
    if not named:
        return ()
    makers = Makers(tree)
    found: list[Absent] = []
    lacking = [slot for slot in sorted(named) if not makers.make(*slot)]
    elsewhere = _sorts_from_elsewhere(lacking, asked)
    for slot in lacking:
        those = sorted(named[slot].values(), key=lambda one: (one.file, one.slot))
        first = those[0]
        beside = _has_others(slot, {one.slot for one in those}, objects)
        found.append(
            Absent(*slot, (first.kind, first.namespace, first.name), len(those) - 1, beside, slot[1] in elsewhere)
        )
    return tuple(found)


def _sorts_from_elsewhere(lacking: Iterable[_Slot], asked: Iterable[_Slot]) -> frozenset[str]:
    """The kinds of which most are made by something else (``argocd proj create``, an installer, another repository)."""
    named: dict[str, set[str]] = {}
    gone: dict[str, set[str]] = {}
    for found, slots in ((named, asked), (gone, lacking)):
        for _, kind, namespace, name in slots:
            found.setdefault(kind, set()).add(f"{namespace}/{name}")
    return frozenset(kind for kind, names in gone.items() if are_given_elsewhere(names, named[kind]))


def _that_name(objects: KnownObjects) -> Iterator[GitOpsObject]:
    for group, kind in (
        (KUSTOMIZE_GROUP, "Kustomization"),
        (HELM_GROUP, "HelmRelease"),
        (ARGO, "Application"),
        (ARGO, "ApplicationSet"),
    ):
        for _, one in objects.all(group, kind):
            if not is_put_away(one.file):
                yield one


def _names(one: GitOpsObject) -> Iterator[_Slot]:
    """What an object cannot do without, as far as names are written out."""
    if stands_for_a_value(one.name) or stands_for_a_value(one.namespace):
        return
    for group, kind, namespace, name in _written(one):
        if name and not stands_for_a_value(name) and not stands_for_a_value(namespace):
            yield group, kind, namespace, name


def _written(one: GitOpsObject) -> Iterator[_Slot]:
    spec = one.spec
    if one.kind == "Kustomization":
        yield from _source(fields.mapping(spec, "sourceRef"), one)
        yield from _awaited(one)
        for _, reference in fields.items(fields.mapping(spec, "postBuild"), "substituteFrom"):
            yield from _data(reference, one)
    elif one.kind == "HelmRelease":
        yield from _source(fields.mapping(fields.mapping(fields.mapping(spec, "chart"), "spec"), "sourceRef"), one)
        yield from _source(fields.mapping(spec, "chartRef"), one)
        yield from _awaited(one)
        for _, reference in fields.items(spec, "valuesFrom"):
            yield from _data(reference, one)
    else:
        inner = spec if one.kind == "Application" else fields.mapping(fields.mapping(spec, "template"), "spec")
        yield ARGO, "AppProject", one.namespace, str(fields.text(inner, "project"))


def _source(reference: fields.Value, one: GitOpsObject) -> Iterator[_Slot]:
    kind = str(fields.text(reference, "kind"))
    if kind in _SOURCES:
        yield SOURCE_GROUP, kind, _namespace(reference, one), str(fields.text(reference, "name"))


def _awaited(one: GitOpsObject) -> Iterator[_Slot]:
    for _, reference in fields.items(one.spec, "dependsOn"):
        yield one.group, one.kind, _namespace(reference, one), str(fields.text(reference, "name"))


def _data(reference: fields.Value, one: GitOpsObject) -> Iterator[_Slot]:
    """A ConfigMap; that a Secret is in no file is as it should be."""
    if fields.text(reference, "kind") == "ConfigMap" and not fields.boolean(reference, "optional"):
        yield "", "ConfigMap", one.namespace, str(fields.text(reference, "name"))


def _namespace(reference: fields.Value, one: GitOpsObject) -> str:
    return str(fields.text(reference, "namespace") or one.namespace)


def _is_there(slot: _Slot, asking: GitOpsObject, objects: KnownObjects) -> bool:
    """Whether files make an object, or a tool does that needs none.

    What bootstrapping makes has the name of its namespace (``flux bootstrap``, flux-operator's ``sync.name``). Where nobody
    says in which namespace the asking object comes to stand, any counts; so does any for an AppProject, which lies where Argo CD
    runs and not where its Applications do.
    """
    group, kind, namespace, name = slot
    if kind == "AppProject":
        if name == _BUILT_IN_PROJECT:
            return True
        namespace = ""
    elif name in (namespace, "flux-system"):
        return True
    if namespace:
        return objects.find(group, kind, namespace, name, asking.file) is not None
    return any(one.name == name for _, one in objects.all(group, kind))


def _has_others(slot: _Slot, asking: set[_Slot], objects: KnownObjects) -> bool:
    """Whether files make others of the kind in the namespace, but for those that ask."""
    group, kind, namespace, _ = slot
    return bool(namespace) and any(
        one.namespace == namespace and one.slot not in asking for _, one in objects.all(group, kind)
    )
