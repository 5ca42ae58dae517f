"""The sources that Flux's objects name, and what ConfigMaps and Secrets in this repository give them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from kubelens.engine.gitops.objects import GitOpsObject, KnownObjects, nearness
from kubelens.engine.gitops.repository import NEWEST, Here, inside_root, is_root, normal_address
from kubelens.engine.gitops.siblings import Siblings, Wanted
from kubelens.kube import fields
from kubelens.syntax.pattern import pattern

SOURCE_GROUP: Final = "source.toolkit.fluxcd.io"
KUSTOMIZE_GROUP: Final = "kustomize.toolkit.fluxcd.io"
_EXTENSIONS: Final = "source.extensions.fluxcd.io"
_GIT: Final = "GitRepository"
_ARTIFACT: Final = "ExternalArtifact"
_FROM: Final = pattern(r"@[^/]+/?(.*?)/?(?:\*\*)?")
_TO: Final = pattern(r"@artifact/?(.*?)/?")
HELM_GROUP: Final = "helm.toolkit.fluxcd.io"


def path_here(reference: fields.Value, asking: GitOpsObject, path: str, here: Here) -> str | None:
    """The path below the root that a path in a ``sourceRef`` leads to; None where that is another repository.

    A repository is told by its address, an unknown one by what lies at the path. An OCIRepository or Bucket is filled from
    somewhere: from the root, else from the nearest folder around the object that has the path. What an artifact was copied
    from is followed.
    """
    if fields.text(reference, "kind") == _ARTIFACT:
        return _copied_from(fields.text(reference, "name"), asking, path, here)
    found = _source(reference, asking, here.objects)
    address = fields.text(found.spec, "url") if found is not None else ""
    if fields.text(reference, "kind") != _GIT:
        return _filled_from(asking, path, here)
    if not (here.is_meant(address, path) if address else here.has(path)):
        if found is None or not here.has(path) or not _bootstraps(found, here):
            return None
    if found is not None and address and not here.addresses and is_root(path) and not _is_own(found, here.objects):
        return None
    return inside_root(path)


def _is_own(source: GitOpsObject, objects: KnownObjects) -> bool:
    """Whether a source may be this repository where nobody knows its address: what ``flux bootstrap`` makes, or the only one."""
    if source.name in (namespace_of(source), "flux-system"):
        return True
    own = normal_address(fields.text(source.spec, "url"))
    return all(normal_address(fields.text(one.spec, "url")) == own for _, one in objects.all(SOURCE_GROUP, _GIT))


def _bootstraps(source: GitOpsObject, here: Here) -> bool:
    """Whether a source was written into the repository that it names, by whatever address that went then.

    ``flux bootstrap`` commits a GitRepository and a Kustomization of one name to ``<path>/<namespace>/gotk-sync.yaml``, which
    applies that path, the file itself with it (``pkg/manifestgen/sync``). A repository that was renamed, or forked, has it still,
    and GitHub leads from the old name to the new one.
    """
    if source.name not in (namespace_of(source), "flux-system"):
        return False
    for _, one in here.objects.all(KUSTOMIZE_GROUP, "Kustomization"):
        if one.name != source.name or one.file != source.file:
            continue
        if fields.text(fields.mapping(one.spec, "sourceRef"), "name") != source.name:
            continue
        folder = inside_root(str(fields.text(one.spec, "path")) or ".")
        if folder is not None and posixpath.dirname(source.file).startswith(f"{folder}/" if folder else ""):
            return True
    return False


def _filled_from(asking: GitOpsObject, path: str, here: Here) -> str | None:
    """The folder or file at a path of what was pushed from some folder of this repository; all of it may be anything."""
    if is_root(path):
        return None
    folder = posixpath.dirname(asking.file)
    around = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        around.append(folder)
    for start in ("", *around):
        found = inside_root(path.lstrip("/"), start)
        if found and here.has(found):
            return found
    return None


def address_of(reference: fields.Value, asking: GitOpsObject, objects: KnownObjects) -> str:
    """What a ``sourceRef`` is called in messages: its address where it is known."""
    found = _source(reference, asking, objects)
    address = fields.text(found.spec, "url") if found is not None else ""
    return str(address or f"{fields.text(reference, 'kind')} {fields.text(reference, 'name')!r}")


def revision_of(reference: fields.Value, asking: GitOpsObject, objects: KnownObjects) -> str:
    """What a GitRepository follows: a branch, ``""`` where it says none; ``?`` for tags, commits and other sources."""
    found = _source(reference, asking, objects)
    if found is None or found.kind != _GIT:
        return "?"
    ref = fields.mapping(found.spec, "ref")
    return "?" if set(ref) - {"branch"} else str(fields.text(ref, "branch"))


def named_source(reference: fields.Value, asking: GitOpsObject) -> tuple[str, str, str]:
    """(kind, namespace, name) of a ``sourceRef``."""
    namespace = str(fields.text(reference, "namespace") or namespace_of(asking))
    return str(fields.text(reference, "kind")), namespace, str(fields.text(reference, "name"))


def sibling_here(
    reference: fields.Value, asking: GitOpsObject, path: str, here: Here, siblings: Siblings
) -> str | None:
    """The path of another object of this ``sourceRef`` that shows that its repository is this one, as it lies here."""
    if fields.text(reference, "kind") != _GIT:
        return None
    if _source(reference, asking, here.objects) is not None and (
        revision_of(reference, asking, here.objects) not in NEWEST
    ):
        return None
    return siblings.one_here(named_source(reference, asking), path)


def wanted_by_kustomizations(here: Here) -> Iterator[Wanted]:
    """What Flux's Kustomizations want of GitRepositories."""
    for _, one in here.objects.all(KUSTOMIZE_GROUP, "Kustomization"):
        reference = fields.mapping(one.spec, "sourceRef")
        path = str(fields.text(one.spec, "path"))
        if path and fields.text(reference, "kind") == _GIT:
            inside = path_here(reference, one, path, here)
            yield named_source(reference, one), path, inside is not None and here.tree.is_folder(inside)


def is_newest_here(reference: fields.Value, asking: GitOpsObject, here: Here) -> bool:
    """Whether a ``sourceRef`` is this repository by one of its addresses, at what lies here."""
    found = _source(reference, asking, here.objects)
    if found is None or found.kind != _GIT:
        return False
    is_here = normal_address(fields.text(found.spec, "url")) in here.addresses
    return is_here and revision_of(reference, asking, here.objects) in NEWEST


def _source(reference: fields.Value, asking: GitOpsObject, objects: KnownObjects) -> GitOpsObject | None:
    kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
    namespace = fields.text(reference, "namespace") or namespace_of(asking)
    return objects.find(SOURCE_GROUP, kind, namespace, name, asking.file)


def _copied_from(name: str, asking: GitOpsObject, path: str, here: Here) -> str | None:
    """Where a path of an artifact was copied from (source-watcher, ``ArtifactGenerator``): from folders of a repository."""
    wanted = posixpath.normpath(path)
    generators = sorted(
        (one for _, one in here.objects.all(_EXTENSIONS, "ArtifactGenerator")),
        key=lambda one: -nearness(one.file, asking.file),
    )
    for generator in generators:
        for _, artifact in fields.items(generator.spec, "artifacts"):
            if fields.text(artifact, "name") != name:
                continue
            for _, copy in fields.items(artifact, "copy"):
                start = _FROM.fullmatch(fields.text(copy, "from"))
                end = _TO.fullmatch(fields.text(copy, "to"))
                if start is None or end is None:
                    continue
                below = posixpath.relpath(wanted, end[1] or ".")
                found = inside_root(posixpath.join(start[1] or ".", below), ".")
                if not below.startswith("..") and found is not None and here.has(found):
                    return found
    return None


def namespace_of(one: GitOpsObject) -> str:
    """The namespace in which an object of Flux stands and looks for others."""
    return str(one.namespace or "default")
