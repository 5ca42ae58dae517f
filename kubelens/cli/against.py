"""``--against DIR|REV``: the objects and sets before a change, from a folder or a git revision."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from kubelens.cli.printing import complain
from kubelens.engine.config import Config
from kubelens.engine.gitops.repository import addresses_of
from kubelens.engine.loader import Loaded, load_paths
from kubelens.engine.revisions import Listings, read_revision
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.before import Before
from kubelens.engine.sets.discovery import find_sets, sets_of_tree
from kubelens.engine.sets.found import ALL_KINDS, NO_SETS, SetKinds, Sets
from kubelens.engine.sets.revision_tree import RevisionTree
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import NEWEST, Bundle


class Past(Struct, frozen=True):
    """What there was before a change: objects that belong to no set, and sets."""

    objects: Bundle
    sets: Before


def what_was(
    against: str,
    paths: Sequence[str],
    config: Config,
    now: Sequence[Loaded] = (),
    crds: Sequence[Loaded] = (),
    kinds: SetKinds | None = ALL_KINDS,
) -> Past:
    """The objects of a folder or file, else those that the same paths held in a git revision, sets rendered.

    ``now``: what is read now. With no path but standard input, nothing is known to be removed: the objects before are
    those that it holds. ``crds``: definitions beside the manifests; those of today judged the old objects too. ``kinds``:
    of sets that are built, None where none are.

    Raises:
        ConfigError: neither a path nor a revision of that name exists.
    """
    if os.path.exists(against):
        texts = list(load_paths([against], root=Path.cwd(), exclude=config.exclude))
        sets = find_sets(texts, config, paths=[against], crds=crds, kinds=kinds) if kinds is not None else NO_SETS
        old_at = against if os.path.isdir(against) else os.path.dirname(against)
        now_at = [path if os.path.isdir(path) else os.path.dirname(path) for path in paths]
        return _past(
            config, texts, crds, sets, Before(sets, os.path.normpath(old_at), [*map(os.path.normpath, now_at)])
        )
    piped = not paths and bool(now)
    taken = None if piped or any(one.origins for one in now) else frozenset(one.uri for one in now)
    listings = Listings()
    revision = read_revision(against, paths or ["."], config.exclude, taken or None, listings)
    for path in revision.absent:
        complain(f"{path} is not in {against}: there is nothing to compare it with")
    for text in revision.texts:
        if text.source is None:
            complain(f"{text.uri} in {against}: {text.reason}")
    if piped:
        old = _objects(config, revision.texts, crds)
        held = {(r.gvk.group, r.kind, r.namespace, r.name) for r in _objects(config, now, ())}
        known = [r for r in old if (r.gvk.group, r.kind, r.namespace, r.name) in held]
        return Past(Bundle(known, old.release), Before(NO_SETS))
    sets = NO_SETS
    if kinds is not None:
        sets = sets_at(against, paths, revision.texts, config, crds, kinds, listings=listings)
    return _past(config, revision.texts, crds, sets, Before(sets))


def _past(config: Config, texts: Sequence[Loaded], crds: Sequence[Loaded], sets: Sets, before: Before) -> Past:
    built = sets.built((config.kubernetes_version or (NEWEST,))[0])
    return Past(_objects(config, texts_apart(texts, built), crds), before)


def sets_at(
    revision: str,
    paths: Sequence[str],
    texts: Sequence[Loaded],
    config: Config,
    crds: Sequence[Loaded],
    kinds: SetKinds,
    *,
    listings: Listings | None = None,
    earlier: Sets = NO_SETS,
) -> Sets:
    """The sets of the repositories around some paths, as they were in a revision.

    ``listings``: what git has told of revisions; ``earlier``: sets of another version of the same files.
    """
    found = []
    trees: dict[str, RevisionTree] = {}
    listings = listings or Listings()
    for path in paths or ["."]:
        tree = RevisionTree(revision, path if os.path.isdir(path) else os.path.dirname(path) or ".", listings)
        trees.setdefault(tree.root, tree)
    for tree in trees.values():
        inside: dict[str, Loaded] = {}
        for one in texts:
            if one.source is None or (name := tree.path(one.uri)) is None:
                continue
            if name not in inside or one.uri == tree.shown(name):
                inside[name] = one
        addresses = partial(addresses_of, tree.root)
        found.append(sets_of_tree(tree, inside, config, addresses, crds=crds, kinds=kinds, earlier=earlier))
    return Sets(tuple(found))


def _objects(config: Config, texts: Iterable[Loaded], crds: Sequence[Loaded]) -> Bundle:
    workspace = Workspace(release=(config.kubernetes_version or (NEWEST,))[0], namespace=config.namespace)
    named = list(texts)
    beside = frozenset(one.uri for one in crds) - {one.uri for one in named}
    workspace.fill([*named, *(one for one in crds if one.uri in beside)])
    bundle = workspace.snapshot().bundle
    if not beside:
        return bundle
    return Bundle([resource for resource in bundle if resource.place.uri not in beside], bundle.release)
